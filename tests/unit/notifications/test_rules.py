"""The rules of mails without any machine: patience, verdicts, settlements, settings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from notifications.domain.claims import (
    Appointment,
    Claimed,
    ContactMessage,
    End,
    Recipient,
    Wait,
    judge,
)
from notifications.domain.duties import appointment_mail, delivery_mail
from notifications.domain.mails import Reason, State, Template
from notifications.domain.outcomes import (
    Accepted,
    Deferred,
    Lost,
    Outcome,
    Refused,
    Unbegun,
    Unknown,
    settle,
)
from notifications.domain.patience import after_loss, after_refusal, while_awaiting
from notifications.settings import Settings
from shared.contracts.identity import DeliveryTemplate
from shared.ids import uuid7

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FAR = NOW + timedelta(hours=48)


def claimed(*, sequence: int = 1, newest: int = 1, not_after: datetime = FAR) -> Claimed:
    appointment_id = uuid7()
    return Claimed(
        mail_id=uuid7(),
        fence=1,
        template=Template.APPOINTMENT_BOOKED,
        cause=uuid7(),
        message_id="<a@example.org>",
        attempts=1,
        indeterminate=0,
        occurred_at=NOW,
        created_at=NOW,
        not_after=not_after,
        sequence=sequence,
        delivery_id=None,
        subject=Appointment(appointment_id, "UNIT", FAR, FAR, newest),
        recipient=Recipient(uuid7(), "a@example.org", "Persona"),
        person="Persona",
    )


def test_a_refused_mail_is_tried_after_1_5_15_and_60_minutes_then_every_4_hours() -> None:
    minutes = [after_refusal(attempts).total_seconds() / 60 for attempts in range(1, 8)]
    assert minutes == [1, 5, 15, 60, 240, 240, 240]


def test_a_lost_link_is_tried_sooner_and_never_later_than_a_refusal() -> None:
    assert [after_loss(attempts).total_seconds() for attempts in (1, 2, 3)] == [5, 10, 20]
    assert all(after_loss(n) <= after_refusal(n) for n in range(1, 400))


def test_what_is_awaited_is_looked_for_as_long_again_as_it_has_been() -> None:
    waits = [while_awaiting(NOW, NOW + timedelta(seconds=s)).total_seconds() for s in (0, 7, 900)]
    assert waits == [1, 7, 60]


def test_a_complete_mail_is_sent() -> None:
    assert judge(claimed(), NOW) is None


def test_r_50_only_reminders_can_be_turned_off() -> None:
    told = Recipient(uuid7(), "a@example.org", "Persona", reminders=False)
    booking = replace(claimed(), recipient=told)
    reminder = replace(booking, template=Template.REMINDER)
    assert judge(booking, NOW) is None
    assert judge(reminder, NOW) == End(State.SUPPRESSED, Reason.UNWANTED)
    assert judge(replace(reminder, recipient=replace(told, reminders=True)), NOW) is None


@pytest.mark.parametrize(
    ("template", "email", "text", "sent"),
    [
        (Template.CONTACT_MESSAGE, "a@example.org", "Hola", True),
        (Template.CONTACT_MESSAGE, "a@example.org", None, False),
        (Template.CONTACT_MESSAGE, None, "Hola", False),
        (Template.CONTACT_ACKNOWLEDGED, "a@example.org", None, True),
        (Template.CONTACT_ACKNOWLEDGED, None, None, False),
    ],
)
def test_r_53_what_was_erased_is_not_sent(
    *, template: Template, email: str | None, text: str | None, sent: bool
) -> None:
    written = ContactMessage(uuid7(), "duda", email, text, NOW)
    mail = replace(claimed(), template=template, subject=None, sequence=None, contact=written)
    verdict = judge(mail, NOW)
    assert verdict == (None if sent else End(State.FAILED, Reason.FORGOTTEN))


def test_e_4_a_newer_version_suppresses_the_mail() -> None:
    assert judge(claimed(newest=2), NOW) == End(State.SUPPRESSED, Reason.SUPERSEDED)


def test_e_4_a_late_mail_is_suppressed_to_the_instant() -> None:
    mail = claimed(not_after=NOW)
    assert judge(mail, NOW) is None
    late = judge(mail, NOW + timedelta(microseconds=1))
    assert late == End(State.SUPPRESSED, Reason.LATE)


def test_a_booking_is_of_no_use_once_its_hour_has_come() -> None:
    starts_at = NOW + timedelta(hours=3)
    for template, useful_until in (
        (Template.APPOINTMENT_BOOKED, starts_at),
        (Template.APPOINTMENT_CANCELLED, NOW + timedelta(hours=48)),
    ):
        mail = appointment_mail(
            template,
            cause=uuid7(),
            occurred_at=NOW,
            member_id=uuid7(),
            family_id=uuid7(),
            appointment_id=uuid7(),
            sequence=1,
            starts_at=starts_at,
            superseded=False,
            domain="example.org",
            now=NOW,
        )
        assert mail.not_after == useful_until


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "attempts", "indeterminate"),
    [
        (Accepted(), State.SENT, None, 1, 0),
        (Refused(Reason.MAILBOX_REFUSED), State.FAILED, Reason.MAILBOX_REFUSED, 1, 0),
        (Deferred(Reason.MAILBOX_BUSY), State.QUEUED, Reason.MAILBOX_BUSY, 1, 0),
        (Lost(), State.QUEUED, Reason.SERVER_AWAY, 1, 0),
        (Unknown(), State.QUEUED, Reason.UNANSWERED, 1, 1),
        (Unbegun(), State.QUEUED, None, 0, 0),
    ],
)
def test_e_3_each_end_of_an_attempt_has_its_state(
    outcome: Outcome, state: State, reason: Reason | None, attempts: int, indeterminate: int
) -> None:
    after = settle(outcome, attempts=1, indeterminate=0, not_after=FAR, now=NOW)
    assert (after.state, after.reason) == (state, reason)
    assert (after.attempts, after.indeterminate) == (attempts, indeterminate)


def test_e_1_a_mail_that_would_be_tried_too_late_is_given_up_now() -> None:
    soon = NOW + timedelta(seconds=59)
    after = settle(
        Deferred(Reason.MAILBOX_BUSY), attempts=1, indeterminate=0, not_after=soon, now=NOW
    )
    assert (after.state, after.reason) == (State.FAILED, Reason.GAVE_UP)


def test_an_awaited_name_ends_the_wait_after_half_an_hour() -> None:
    mail = claimed()
    nameless = Claimed(
        **{name: getattr(mail, name) for name in Claimed.__slots__} | {"person": None}
    )
    assert isinstance(judge(nameless, NOW + timedelta(minutes=29)), Wait)
    assert judge(nameless, NOW + timedelta(minutes=30)) == End(State.FAILED, Reason.NO_NAME)


@pytest.mark.parametrize(
    ("changed", "at_fault"),
    [
        ({"smtp_security": "none"}, "smtp_security"),
        ({"smtp_username": "sisa"}, "smtp_username"),
    ],
)
def test_production_refuses_an_open_link_and_half_a_login(
    changed: dict[str, str], at_fault: str
) -> None:
    fields = {
        "institute": Path(),
        "database_url": "postgresql://database",
        "amqp_url": "amqp://broker",
        "identity_url": "http://identity",
        "client_secret": "made-up",
        "public_url": "https://citas.example.org",
        "smtp_host": "relay.example.org",
    }
    assert Settings.model_validate(fields).smtp_security == "starttls"
    with pytest.raises(ValidationError, match=at_fault):
        Settings.model_validate(fields | changed)


def test_every_delivery_of_the_contract_has_a_letter_and_an_unknown_one_is_seen_to_fail() -> None:
    def queued(template: str) -> State:
        return delivery_mail(
            template,
            cause=uuid7(),
            occurred_at=NOW,
            delivery_id=uuid7(),
            account_id=None,
            domain="example.org",
            now=NOW,
        ).state

    assert {queued(template) for template in get_args(DeliveryTemplate)} == {State.QUEUED}
    assert queued("invented_later") is State.FAILED
