"""Passes the verdict: every 201 has its row, its event and its mail, and nothing else has one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from deploy.local.balance.facts import Facts, Mail, Row

_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept: which one, and by which appointment, event, mail or day."""

    kind: str
    subject: str


def violations(facts: Facts) -> list[Violation]:
    """Everything that does not balance, ordered by kind; empty when the books do."""
    found = [
        *_confirmed(facts),
        *_rows(facts),
        *_events(facts),
        *_mails(facts),
        *_guards(facts),
        *_unrest(facts),
    ]
    return sorted(found, key=lambda violation: (violation.kind, violation.subject))


def _each(kind: str, subjects: Iterable[object]) -> Iterator[Violation]:
    return (Violation(kind, str(subject)) for subject in subjects)


def _confirmed(facts: Facts) -> Iterator[Violation]:
    told = Counter(one.appointment_id for one in facts.confirmed)
    yield from _each("one appointment answered to two keys", _repeated(told))
    yield from _each("operation whose end is not known", facts.undecided)
    yield from _each("201 without a row", told.keys() - _ids(facts.rows))


def _rows(facts: Facts) -> Iterator[Violation]:
    """R-26: what is booked is what was answered."""
    rows = _ids(facts.rows)
    told = {one.appointment_id for one in facts.confirmed}
    yield from _each("row without a 201", rows - told)
    yield from _each("row without an event", rows - {one.appointment_id for one in facts.booked})


def _events(facts: Facts) -> Iterator[Violation]:
    """The bus delivers at least once: the same event twice is one event."""
    events = {one.event_id: one.appointment_id for one in facts.booked}
    told = {one.appointment_id for one in facts.confirmed}
    yield from _each("201 without an event", told - set(events.values()))
    yield from _each("event without a row", set(events.values()) - _ids(facts.rows))
    yield from _each("two events of one booking", _repeated(Counter(events.values())))
    yield from _each("event not applied", events.keys() - facts.applied)


def _mails(facts: Facts) -> Iterator[Violation]:
    """R-51: one mail per cause, to the address of the account that booked.

    A booking that was cancelled before its mail went out is told by the cancellation's alone.
    """
    events = {one.event_id: one.appointment_id for one in facts.booked}
    rows = {row.appointment_id: row for row in facts.rows}
    by_appointment: dict[UUID, list[Mail]] = defaultdict(list)
    for mail in facts.mails:
        if mail.cause in events:
            by_appointment[events[mail.cause]].append(mail)
        else:
            yield Violation("mail without an event", mail.mail_id)
    told = {one.appointment_id for one in facts.confirmed}
    due = {one for one in told if one not in rows or rows[one].state != _CANCELLED}
    yield from _each("201 without a mail", due - by_appointment.keys())
    for appointment_id, mails in by_appointment.items():
        if len(mails) > 1:
            yield Violation("two mails of one booking", str(appointment_id))
        if appointment_id in rows:
            wrong = (mail for mail in mails if not _is_for(mail, rows[appointment_id]))
            yield from _each("mail to another address", (mail.mail_id for mail in wrong))


def _guards(facts: Facts) -> Iterator[Violation]:
    yield from _each("slot taken twice", facts.slots_twice)
    yield from _each("member in two places at a time", facts.members_twice)
    yield from _each("web quota exceeded", facts.quotas_exceeded)
    yield from _each("counter unequal to its count", facts.counters_wrong)
    yield from _each("slot marked unlike its appointment", facts.marks_wrong)


def _unrest(facts: Facts) -> Iterator[Violation]:
    yield from _each("still waiting when the time was up", _counted(facts.waiting))
    yield from _each("dead letters", _counted(facts.dead_letters))


def _counted(counts: dict[str, int]) -> Iterator[str]:
    return (f"{name}: {count}" for name, count in counts.items() if count)


def _repeated(counts: Counter[UUID]) -> Iterator[UUID]:
    return (one for one, count in counts.items() if count > 1)


def _ids(rows: Iterable[Row]) -> set[UUID]:
    return {row.appointment_id for row in rows}


def _is_for(mail: Mail, row: Row) -> bool:
    return row.email is not None and mail.recipient.lower() == row.email.lower()
