"""Opens the books before a run, and closes them after it: the facts from every source."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from deploy.local.balance import audit, rows
from deploy.local.balance.books import Books, Closing, Opening
from deploy.local.balance.facts import Confirmed, Facts
from deploy.local.balance.journal import History, read
from deploy.local.balance.mailbox import Mailbox, bookings
from deploy.local.balance.quiet import at_rest
from deploy.local.balance.running import Running


class NotAtRest(Exception):
    """What was going on before the run has not ended: it could not be told from the run."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The facts, and what the report counts besides."""

    facts: Facts
    history: History
    delivered: Counter[UUID]
    """How often each public event reached the audit queue."""
    inboxes: dict[str, int]
    """How many of the booked events each consumer has applied."""


@asynccontextmanager
async def kept(running: Running, books: Books) -> AsyncIterator[None]:
    """Open the books for the time of a run; one that breaks off leaves no queue behind."""
    await open_books(running, books)
    try:
        yield
    except BaseException:
        await audit.drop_audit(running.amqp, books.opening().audit_queue)
        raise
    await close_books(running, books)


async def open_books(running: Running, books: Books) -> None:
    """Write down what stands before the run, and begin to listen; `NotAtRest` after a minute."""
    waiting = await at_rest(running)
    if waiting:
        raise NotAtRest(f"The system does not come to rest: {waiting}")
    newest = await Mailbox(running.mailbox).newest()
    opening = Opening(
        audit_queue=await audit.open_audit(running.amqp),
        appointments=await rows.known(running.databases["scheduling"]),
        dead_letters=await audit.dead_letters(running.amqp),
        newest_mail=newest.ID if newest else None,
        newest_mail_at=newest.Created if newest else None,
    )
    books.write_opening(opening)


async def close_books(running: Running, books: Books) -> None:
    """Wait for rest, a minute at most, then empty the audit queue into the books."""
    waiting = await at_rest(running)
    await audit.close_audit(running.amqp, books.opening().audit_queue, books.events)
    books.write_closing(Closing(waiting=waiting))


async def collect(running: Running, books: Books) -> Collected:
    """Ask every source what it knows; may be repeated as long as the system stands.

    Raises FileNotFoundError for books that were not opened or not closed.
    """
    opening = books.opening()
    history = read(books.journal)
    last = history.settled().values()
    events = tuple(
        event
        for event in audit.booked(books.events)
        if event.appointment_id not in opening.appointments
    )
    letters = await audit.dead_letters(running.amqp)
    mails = await Mailbox(running.mailbox).since(opening.newest_mail, opening.newest_mail_at)
    guards = await rows.guards(running.databases["scheduling"])
    facts = Facts(
        confirmed=tuple(
            Confirmed(one.op, one.appointment_id)
            for one in last
            if one.outcome == "ok" and one.appointment_id is not None
        ),
        undecided=tuple(one.op for one in last if one.outcome == "info"),
        rows=await rows.since(running.databases, opening.appointments),
        booked=events,
        applied=await rows.applied(running.databases["notifications"], events),
        mails=tuple(bookings(mails)),
        **guards,
        dead_letters={
            name: count - opening.dead_letters.get(name, 0) for name, count in letters.items()
        },
        waiting=books.closing().waiting,
    )
    ids = tuple(event.event_id for event in events)
    return Collected(
        facts,
        history,
        Counter(event_id for event_id, _ in audit.deliveries(books.events)),
        await rows.inboxes(running.databases, ids),
    )
