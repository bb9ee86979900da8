"""Handlers whose effects a test can count, and the messages that are sent to them."""

from builders.messaging import NOW, Bus, until
from shared import outbox
from shared.consume_batch import Handler
from shared.contracts.event import Fact
from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.ids import uuid7
from shared.received import Received

QUEUE = "scheduling.members"
KEY = "identity.member.changed"


async def record(tx: Transaction, received: Received) -> None:
    """Writes one row each time it is called: twice applied would be seen."""
    event = received.event
    await tx.execute(
        "INSERT INTO effects VALUES ($1, $2, $3)", event.id, event.subject, event.version
    )


RECORD: dict[type[Fact], Handler] = {MemberChanged: record}


def body(fact: MemberChanged, *, sequence: int = 1, republished: bool = False) -> str:
    """A message of identity's with an id of its own."""
    return outbox.envelope(
        fact, event_id=uuid7(), sequence=sequence, now=NOW, republished=republished
    )


async def counted(database: Database, sql: str = "SELECT count(*) FROM effects") -> int:
    """How many effects there are."""
    async with database.connection() as tx:
        return int(await tx.fetchval(sql))


async def settled(
    bus: Bus, database: Database, effects: int, dead: int = 0, *, seconds: float = 30
) -> None:
    """Waits until so many effects and dead letters are there."""

    async def there() -> bool:
        return await counted(database) >= effects and await bus.depth(f"{QUEUE}.dead") >= dead

    await until(there, seconds)
