"""The clients' journal: one JSON line for each call that books, and one for each request's end.

As in Jepsen's histories `ok` is a success the client saw, `fail` a refusal that left nothing, and
`info` an answer that tells neither (5xx, time-out): its key is repeated until it tells.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self, TextIO
from uuid import UUID

from pydantic import TypeAdapter

Outcome = Literal["ok", "fail", "info"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call under an idempotency key. A repeat of the key is a line with the same `op`.

    `request` is the trace's line, times are nanoseconds of one monotonic clock.
    """

    op: UUID
    request: int
    key: str
    invoked_ns: int
    returned_ns: int
    outcome: Outcome
    status: int | None
    slug: str | None
    appointment_id: UUID | None
    kind: Literal["operation"] = "operation"


@dataclass(frozen=True, slots=True)
class Ended:
    """A request came to its end; `reason` is why it gave up, None where it need not say."""

    request: int
    reason: str | None
    kind: Literal["ended"] = "ended"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A look that found nothing to book, told by the slug that a booking would have met."""

    request: int
    slug: str
    kind: Literal["refusal"] = "refusal"


Line = Operation | Ended | Refusal
_LINE: TypeAdapter[Line] = TypeAdapter(Line)


class Journal:
    """An append-only file of lines, each written whole before the next call is made."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    @classmethod
    def opened(cls, path: Path) -> Self:
        return cls(path.open("a", encoding="utf-8"))

    def write(self, line: Line) -> None:
        self._file.write(json.dumps(asdict(line), default=str) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class History:
    """A journal read back."""

    operations: tuple[Operation, ...]
    ended: tuple[Ended, ...]
    refusals: tuple[Refusal, ...]

    def settled(self) -> dict[UUID, Operation]:
        """Each operation's last word: the line that told, where one did."""
        last: dict[UUID, Operation] = {}
        for line in self.operations:
            if line.op not in last or last[line.op].outcome == "info":
                last[line.op] = line
        return last


def read(path: Path) -> History:
    """The journal of a file; ValueError names nothing but the line that can't be read."""
    with path.open("rb") as file:
        return history(_LINE.validate_json(line) for line in file)


def history(lines: Iterable[Line]) -> History:
    """Sorts lines by their kind, in their order."""
    operations: list[Operation] = []
    ended: list[Ended] = []
    refusals: list[Refusal] = []
    for line in lines:
        match line:
            case Operation():
                operations.append(line)
            case Ended():
                ended.append(line)
            case Refusal():
                refusals.append(line)
    return History(tuple(operations), tuple(ended), tuple(refusals))
