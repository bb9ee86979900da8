"""What staff look at leaves its row in the audit, in the transaction that read it (decision 13)."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from scheduling.domain.staff import Reach, reach
from shared import audit
from shared.audit import Actor
from shared.auth import Role
from shared.database import Transaction
from shared.operations import Call
from shared.service import DATABASE

COUNTER: frozenset[Role] = frozenset({"front_desk", "archive", "operator"})
"""Who books and cancels for people: in person, or by telephone."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the transaction it reads in, how far it reaches, and on whom it was."""

    tx: Transaction
    reach: Reach
    subjects: list[UUID] = field(default_factory=list)

    def on(self, subjects: Iterable[UUID]) -> None:
        self.subjects.extend(subjects)


def reach_of(call: Call) -> Reach:
    """How far the caller reaches, by the token's role, unit and doctor."""
    caller = call.caller
    return reach(caller.role, caller.unit, caller.doctor_id)


@asynccontextmanager
async def looking(call: Call, operation: str, *subjects: UUID) -> AsyncIterator[Look]:
    """A transaction to read in; what was looked at is recorded when it ends well."""
    async with call.app[DATABASE].transaction() as tx:
        look = Look(tx, reach_of(call), list(subjects))
        yield look
        await audit.record(tx, Actor.of(call.caller), operation, look.subjects, now=call.now)
