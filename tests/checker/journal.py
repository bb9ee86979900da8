"""The clients' journal: one JSON line for each call that books.

`{"key", "outcome": "ok" | "fail" | "info", "account_id"?, "appointment_id"?, "member_id"?,
"slot_id"?, "answer"?}`: `ok` is a 2xx that the client saw, `fail` a refusal that left nothing,
`info` an answer that tells neither; `answer` is the SHA-256 of the body in hexadecimal figures.
Lines of a `kind` other than `operation` are passed over, so that a replay's journal can be read.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Line(BaseModel):
    """One call; what a client didn't write down is not compared."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str = "operation"
    key: str
    outcome: Literal["ok", "fail", "info"]
    account_id: UUID | None = None
    appointment_id: UUID | None = None
    member_id: UUID | None = None
    slot_id: UUID | None = None
    answer: str | None = None


class _Kind(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: str = "operation"


def digest(body: bytes) -> str:
    """An answer's body as the journal has it."""
    return sha256(body).hexdigest()


def read(path: Path) -> list[Line]:
    """The lines of a file; pydantic's ValidationError where one can't be read."""
    with path.open("rb") as file:
        return list(_operations(file))


def _operations(lines: Iterator[bytes]) -> Iterator[Line]:
    for line in lines:
        if _Kind.model_validate_json(line).kind == "operation":
            yield Line.model_validate_json(line)
