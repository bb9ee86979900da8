"""The balance as figures, and as JSON: each with where it was counted."""

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from deploy.local.balance.journal import History, Operation
from deploy.local.balance.keep import Collected
from deploy.local.balance.verdict import Violation

_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Refusals are by slug; `calls_refused` counts every call, `refused` each request's last word.

    Latencies are milliseconds of the call that books, from the client.
    """

    requests: int
    booked: int
    refused: dict[str, int]
    unfinished: int
    calls: int
    calls_refused: dict[str, int]
    rows: int
    events_published: int
    deliveries_repeated: int
    booked_events: int
    booked_events_applied: dict[str, int]
    mails: int
    p50_ms: float | None
    p99_ms: float | None
    slowest_ms: float | None


def figures(collected: Collected) -> Figures:
    """Count what was collected."""
    history, facts = collected.history, collected.facts
    last = history.settled().values()
    booked = {one.request for one in last if one.outcome == "ok"}
    reasons = {end.request: end.reason or "unknown" for end in history.ended}
    asked = booked | reasons.keys() | {one.request for one in last}
    refused = {number: reasons[number] for number in reasons.keys() - booked}
    taken = sorted(_first_calls(history))
    return Figures(
        requests=len(asked),
        booked=len(booked),
        refused=_counted(refused.values()),
        unfinished=len(asked - booked - reasons.keys()),
        calls=len(last),
        calls_refused=_counted(
            [one.slug or "unknown" for one in last if one.outcome == "fail"]
            + [refusal.slug for refusal in history.refusals]
        ),
        rows=len(facts.rows),
        events_published=len(collected.delivered),
        deliveries_repeated=collected.delivered.total() - len(collected.delivered),
        booked_events=len({event.event_id for event in facts.booked}),
        booked_events_applied=dict(sorted(collected.inboxes.items())),
        mails=len(facts.mails),
        p50_ms=percentile(taken, 50),
        p99_ms=percentile(taken, 99),
        slowest_ms=percentile(taken, 100),
    )


def _first_calls(history: History) -> list[float]:
    """Milliseconds of each operation's first call: a repeat is not what a person waited for."""
    first: dict[Any, Operation] = {}
    for one in history.operations:
        first.setdefault(one.op, one)
    return [(one.returned_ns - one.invoked_ns) / _MS for one in first.values()]


def percentile(ordered: list[float], percent: int) -> float | None:
    """The smallest value that so many percent do not exceed (nearest rank); None of nothing."""
    if not ordered:
        return None
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)], 1)


def as_json(numbers: Figures, found: list[Violation]) -> str:
    """The whole balance as an object, for whoever compares runs."""
    whole = asdict(numbers) | {
        "balanced": not found,
        "violations": [asdict(violation) for violation in found],
    }
    return json.dumps(whole, indent=1) + "\n"


def _counted(reasons: Any) -> dict[str, int]:
    return dict(Counter(reasons).most_common())
