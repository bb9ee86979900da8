"""The audit: who did what on whom, as rows that are only ever added (decision 13).

A success is recorded in the transaction of the act: neither is there without the other. A refusal
rolls its transaction back, so the HTTP door records it afterwards, in one of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from shared.audited import Refusal, RefusalRecorder
from shared.auth import Caller
from shared.database import Database, Transaction
from shared.ids import uuid7

DONE = "done"
"""The outcome of an act; any other is the slug of its refusal."""
COMMAND = "command"
"""The role of an operator who acts by a command."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts; a command has no account."""

    account_id: UUID | None
    role: str
    unit: str | None

    @classmethod
    def of(cls, caller: Caller) -> Self:
        return cls(caller.account_id, caller.role, caller.unit)


BY_COMMAND = Actor(None, COMMAND, None)


async def record(
    tx: Transaction,
    actor: Actor,
    operation: str,
    subjects: Iterable[UUID],
    *,
    now: datetime,
    outcome: str = DONE,
    reason: str | None = None,
) -> None:
    """Adds one row. `subjects` are ids of what was acted on; `reason` is text where a rule asks."""
    await tx.execute(
        "INSERT INTO audit"
        " (audit_id, at, actor_id, role, unit, operation, subjects, outcome, reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        uuid7(),
        now,
        actor.account_id,
        actor.role,
        actor.unit,
        operation,
        list(subjects),
        outcome,
        reason,
    )


def refusal_recorder(database: Database) -> RefusalRecorder:
    """Adds the rows of acts that were refused and left nothing else behind."""

    async def record_refusal(caller: Caller, refusal: Refusal) -> None:
        async with database.connection() as connection:
            await record(
                connection,
                Actor.of(caller),
                refusal.operation,
                refusal.subjects,
                outcome=refusal.slug,
                now=refusal.at,
            )

    return record_refusal
