"""One slot under one idempotency key: asked for until an answer tells what became of it (R-35)."""

import time
from dataclasses import dataclass
from uuid import UUID

from deploy.local.balance.journal import Journal, Operation
from deploy.local.replay.client import Reply
from deploy.local.replay.session import Session

CREATED = 201


@dataclass(frozen=True, slots=True)
class Attempt:
    """May be called again and again: the key makes that harmless."""

    op: UUID
    request: int
    session: Session
    slot_id: str
    journal: Journal

    async def call(self) -> Reply:
        """Ask for the slot and write down what was answered."""
        invoked = time.monotonic_ns()
        reply = await self.session.call(
            "POST",
            "/v1/appointments",
            body={"member_id": self.session.member_id, "slot_id": self.slot_id},
            headers={"Idempotency-Key": str(self.op)},
        )
        booked = reply.status == CREATED
        self.journal.write(
            Operation(
                op=self.op,
                request=self.request,
                key=str(self.op),
                invoked_ns=invoked,
                returned_ns=time.monotonic_ns(),
                outcome="ok" if booked else "fail" if self.told(reply) else "info",
                status=reply.status,
                slug=reply.slug,
                appointment_id=UUID(reply.body["id"]) if booked else None,
            )
        )
        return reply

    @staticmethod
    def told(reply: Reply) -> bool:
        """Whether the answer says what became of the booking; a twin under way does not."""
        return reply.tells and reply.slug != "still-running"
