"""The balance as a table for people, and the verdict under it."""

from rich.console import Console
from rich.table import Table

from deploy.local.balance.figures import Figures
from deploy.local.balance.verdict import Violation

_SHOWN = 20


def show(console: Console, numbers: Figures, found: list[Violation]) -> None:
    """Print figures with their sources, then what does not balance."""
    table = Table(title="Balance", title_justify="left")
    for heading in ("", "Count", "Source"):
        table.add_column(heading, justify="right" if heading == "Count" else "left")
    for name, count, source in _lines(numbers):
        table.add_row(name, str(count), source)
    console.print(table)
    for violation in found[:_SHOWN]:
        console.print(f"  {violation.kind}: {violation.subject}", highlight=False)
    if len(found) > _SHOWN:
        console.print(f"  ... and {len(found) - _SHOWN} more", highlight=False)
    verdict = "The books balance." if not found else f"{len(found)} things do not balance."
    console.print(verdict, highlight=False)


def _lines(numbers: Figures) -> list[tuple[str, object, str]]:
    journal, sql, audit = "clients' journal", "SQL", "audit queue"
    return [
        ("requests", numbers.requests, journal),
        ("booked (201)", numbers.booked, journal),
        *((f"refused: {slug}", count, journal) for slug, count in numbers.refused.items()),
        ("without an end", numbers.unfinished, journal),
        ("booking calls", numbers.calls, journal),
        *((f"met: {slug}", count, journal) for slug, count in numbers.calls_refused.items()),
        ("rows", numbers.rows, sql),
        ("events published", numbers.events_published, audit),
        ("delivered once more", numbers.deliveries_repeated, audit),
        ("booked events", numbers.booked_events, audit),
        *(
            (f"applied by {consumer}", count, sql)
            for consumer, count in numbers.booked_events_applied.items()
        ),
        ("mails accepted", numbers.mails, "mailbox"),
        ("p50, p99, slowest (ms)", _latency(numbers), journal),
    ]


def _latency(numbers: Figures) -> str:
    return f"{numbers.p50_ms} / {numbers.p99_ms} / {numbers.slowest_ms}"
