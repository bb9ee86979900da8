"""Book an appointment (R-21 to R-26): one statement that the database judges and stores."""

from datetime import datetime
from uuid import UUID

from scheduling.repository import appointments
from shared import trace
from shared.database import Database
from shared.idempotency import IdempotencyKey


async def book_appointment(
    database: Database,
    key: IdempotencyKey,
    *,
    family_id: UUID,
    member_id: UUID,
    slot_id: UUID,
    channel: str,
    now: datetime,
) -> bytes:
    """The appointment as JSON; a repeat with the same key gives the stored bytes again (R-35).

    Raises the first refusal that holds. A connection that died is tried again: whether its commit
    happened is told by the key.
    """

    async def once() -> bytes:
        async with database.connection() as connection:
            return await appointments.book(
                connection,
                key,
                family_id=family_id,
                member_id=member_id,
                slot_id=slot_id,
                channel=channel,
                by="affiliate",
                traceparent=trace.traceparent(),
                now=now,
            )

    answer = await database.retrying(once)
    database.committed()
    return answer
