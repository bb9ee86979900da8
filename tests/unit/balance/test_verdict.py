"""The verdict: books that balance do, and each thing that can be missing or too many is found."""

from dataclasses import replace

import pytest

from deploy.local.balance.facts import Booked, Confirmed, Facts, Mail, Row
from deploy.local.balance.verdict import violations
from shared.ids import uuid7

APPOINTMENTS = [uuid7() for _ in range(3)]
EVENTS = [uuid7() for _ in range(3)]
STRANGER = uuid7()


def address(number: int) -> str:
    return f"titular.{number}@example.org"


def balanced() -> Facts:
    """Three bookings, each with everything that it must have."""
    return Facts(
        confirmed=tuple(Confirmed(uuid7(), appointment) for appointment in APPOINTMENTS),
        rows=tuple(Row(one, "booked", address(number)) for number, one in enumerate(APPOINTMENTS)),
        booked=tuple(map(Booked, EVENTS, APPOINTMENTS)),
        applied=frozenset(EVENTS),
        mails=tuple(
            Mail(f"mail-{number}", event, address(number)) for number, event in enumerate(EVENTS)
        ),
        dead_letters={"notifications.mail.dead": 0},
    )


def found(facts: Facts) -> list[tuple[str, str]]:
    return [(violation.kind, violation.subject) for violation in violations(facts)]


def test_books_in_which_every_201_has_its_row_event_and_mail_balance() -> None:
    assert found(balanced()) == []
    assert found(Facts()) == []


def test_a_missing_row_is_found() -> None:
    facts = balanced()
    assert found(replace(facts, rows=facts.rows[1:])) == [
        ("201 without a row", str(APPOINTMENTS[0])),
        ("event without a row", str(APPOINTMENTS[0])),
    ]


def test_a_missing_event_is_found() -> None:
    facts = balanced()
    assert found(replace(facts, booked=facts.booked[1:])) == [
        ("201 without a mail", str(APPOINTMENTS[0])),
        ("201 without an event", str(APPOINTMENTS[0])),
        ("mail without an event", "mail-0"),
        ("row without an event", str(APPOINTMENTS[0])),
    ]


def test_a_missing_mail_is_found() -> None:
    facts = balanced()
    assert found(replace(facts, mails=facts.mails[1:])) == [
        ("201 without a mail", str(APPOINTMENTS[0]))
    ]


def test_r_26_a_row_that_nobody_was_told_of_is_found() -> None:
    facts = balanced()
    assert found(replace(facts, confirmed=facts.confirmed[1:])) == [
        ("row without a 201", str(APPOINTMENTS[0]))
    ]


def test_an_event_that_nobody_applied_is_found() -> None:
    facts = balanced()
    assert found(replace(facts, applied=frozenset(EVENTS[1:]))) == [
        ("event not applied", str(EVENTS[0]))
    ]


def test_an_event_delivered_twice_is_one_event_and_two_events_are_two() -> None:
    facts = balanced()
    assert found(replace(facts, booked=(*facts.booked, facts.booked[0]))) == []
    second = Booked(STRANGER, APPOINTMENTS[0])
    twice = replace(
        facts, booked=(*facts.booked, second), applied=facts.applied | {second.event_id}
    )
    assert found(twice) == [("two events of one booking", str(APPOINTMENTS[0]))]


def test_r_51_a_second_mail_of_one_cause_is_found() -> None:
    facts = balanced()
    again = replace(facts.mails[0], mail_id="mail-again")
    assert found(replace(facts, mails=(*facts.mails, again))) == [
        ("two mails of one booking", str(APPOINTMENTS[0]))
    ]


def test_a_mail_to_somebody_else_is_found() -> None:
    facts = balanced()
    astray = replace(facts.mails[0], recipient=address(1))
    assert found(replace(facts, mails=(astray, *facts.mails[1:]))) == [
        ("mail to another address", "mail-0")
    ]


def test_a_mail_that_no_event_caused_is_found() -> None:
    facts = balanced()
    stray = Mail("mail-stray", STRANGER, address(0))
    assert found(replace(facts, mails=(*facts.mails, stray))) == [
        ("mail without an event", "mail-stray")
    ]


def test_a_booking_cancelled_before_its_mail_went_out_needs_none() -> None:
    facts = balanced()
    cancelled = replace(facts.rows[0], state="cancelled")
    facts = replace(facts, rows=(cancelled, *facts.rows[1:]), mails=facts.mails[1:])
    assert found(facts) == []


def test_r_35_two_keys_with_one_appointment_are_found() -> None:
    facts = balanced()
    copy = Confirmed(uuid7(), APPOINTMENTS[0])
    assert found(replace(facts, confirmed=(*facts.confirmed, copy))) == [
        ("one appointment answered to two keys", str(APPOINTMENTS[0]))
    ]


def test_an_operation_that_was_never_resolved_is_found() -> None:
    assert found(replace(balanced(), undecided=(STRANGER,))) == [
        ("operation whose end is not known", str(STRANGER))
    ]


OFFENDER = ("9b1f",)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (replace(balanced(), slots_twice=OFFENDER), "slot taken twice"),
        (replace(balanced(), members_twice=OFFENDER), "member in two places at a time"),
        (replace(balanced(), quotas_exceeded=OFFENDER), "web quota exceeded"),
        (replace(balanced(), counters_wrong=OFFENDER), "counter unequal to its count"),
        (replace(balanced(), marks_wrong=OFFENDER), "slot marked unlike its appointment"),
    ],
)
def test_r_23_and_r_24_what_sql_found_against_a_guard_is_told(facts: Facts, kind: str) -> None:
    assert found(facts) == [(kind, "9b1f")]


COUNTS = {"notifications.mail": 2, "quiet": 0}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (replace(balanced(), waiting=COUNTS), "still waiting when the time was up"),
        (replace(balanced(), dead_letters=COUNTS), "dead letters"),
    ],
)
def test_what_did_not_come_to_rest_is_told(facts: Facts, kind: str) -> None:
    assert found(facts) == [(kind, "notifications.mail: 2")]
