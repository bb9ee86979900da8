"""Writes mails: from a claimed mail and what identity tells to one recipient and bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.domain.claims import Claimed
from notifications.domain.mails import DELAYED_AFTER, Reason, Template
from notifications.rendering import (
    account_letters,
    account_notices,
    appointment_letters,
    link_letters,
    staff_letters,
)
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.calendar import calendar_file
from notifications.rendering.letter import Letter
from notifications.rendering.message import Attachment, message
from notifications.rendering.words import Words
from shared.identity_client import Delivery
from shared.profile import Profile

_log = structlog.get_logger()


class Unwritable(Exception):
    """The mail can never be written; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail, ready to be handed in."""

    recipient: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a letter looks like: its subject and both parts."""

    subject: str
    text: str
    html: str


_ACCOUNT: dict[str, Callable[[Words, Profile, AccountFacts, str], Letter]] = {
    Template.ACTIVATION: account_letters.activation,
    Template.CREDENTIALS: account_letters.credentials,
    Template.RECOVERY: link_letters.recovery,
    Template.EMAIL_CHANGE: link_letters.email_change,
    Template.EMAIL_CHANGED: link_letters.email_changed,
    Template.ACCOUNT_NOTICE: account_notices.account_notice,
    Template.SERIAL_HANDOUT: staff_letters.serial_handout,
}
_STAFF: dict[str, Callable[[Words, Profile, AccountFacts, str], Letter]] = {
    Template.ACTIVATION: staff_letters.activation,
    Template.CREDENTIALS: staff_letters.credentials,
}
_APPOINTMENT: dict[str, Callable[[Words, Profile, AppointmentFacts, str], Letter]] = {
    Template.APPOINTMENT_BOOKED: appointment_letters.booked,
    Template.APPOINTMENT_CANCELLED: appointment_letters.cancelled,
}


class Renderer:
    """One institute's mails; templates and words are read once."""

    def __init__(self, profile: Profile, public_url: str) -> None:
        self._profile = profile
        self._public_url = public_url.rstrip("/")
        self._words = Words(profile.locale)
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {
            "institute": profile,
            "colours": profile.colours,
            "public_url": self._public_url,
            "_": self._words,
        }
        self._text = environment.get_template("letter.txt.j2")
        self._html = environment.get_template("letter.html.j2")

    def account(self, mail: Claimed, delivery: Delivery, now: datetime) -> Envelope:
        """A mail that carries a secret; raises Unwritable."""
        known = AccountFacts(delivery.name, delivery.data, mail.occurred_at)
        recipient = usable_address(delivery.to)
        try:
            shown = self.account_letter(mail.template, known, delayed=_delayed(mail, now))
        except (KeyError, ValueError) as missing:
            _log.error("mail_data_missing", mail_id=mail.mail_id, template=mail.template)
            raise Unwritable(Reason.UNREADABLE) from missing
        return self._envelope(mail, recipient, shown, now, None)

    def appointment(self, mail: Claimed, now: datetime) -> Envelope:
        """A mail about an appointment with its calendar file; raises Unwritable."""
        appointment, told, person = mail.appointment, mail.recipient, mail.person
        if appointment is None or told is None or told.email is None or person is None:
            raise Unwritable(Reason.UNREADABLE)
        unit = self._profile.unit(appointment.unit)
        if unit is None:
            _log.error("mail_unit_unknown", mail_id=mail.mail_id, unit=appointment.unit)
            raise Unwritable(Reason.UNREADABLE)
        known = AppointmentFacts(
            appointment_id=appointment.appointment_id,
            account=told.name or person,
            person=person,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            unit=unit,
            sequence=mail.sequence or 1,
            told_at=mail.occurred_at,
        )
        recipient = usable_address(told.email)
        shown = self.appointment_letter(mail.template, known, delayed=_delayed(mail, now))
        file = self.calendar(mail.template, known, recipient)
        return self._envelope(mail, recipient, shown, now, file)

    def account_letter(self, template: str, known: AccountFacts, *, delayed: bool) -> Rendered:
        """Both parts of a letter about the account; KeyError when a piece of data is missing."""
        letters = _ACCOUNT | _STAFF if known.to_staff else _ACCOUNT
        return self._shown(
            letters[template](self._words, self._profile, known, self._public_url),
            known.occurred_at if delayed else None,
        )

    def appointment_letter(
        self, template: str, known: AppointmentFacts, *, delayed: bool
    ) -> Rendered:
        """Both parts of a letter about an appointment."""
        return self._shown(
            _APPOINTMENT[template](self._words, self._profile, known, self._public_url),
            known.told_at if delayed else None,
        )

    def calendar(self, template: str, known: AppointmentFacts, recipient: str) -> Attachment:
        """The calendar file that goes with a letter about an appointment."""
        cancelled = template == Template.APPOINTMENT_CANCELLED
        content = calendar_file(
            self._words, self._profile, known, recipient=recipient, cancelled=cancelled
        )
        method = "CANCEL" if cancelled else "REQUEST"
        return Attachment("cita.ics", f"text/calendar; charset=utf-8; method={method}", content)

    def _shown(self, letter: Letter, delayed_since: datetime | None) -> Rendered:
        since = (
            self._words.moment(delayed_since, self._profile.zone_info) if delayed_since else None
        )
        context = {"letter": letter, "delayed_since": since}
        return Rendered(letter.subject, self._text.render(context), self._html.render(context))

    def _envelope(
        self,
        mail: Claimed,
        recipient: str,
        shown: Rendered,
        now: datetime,
        attachment: Attachment | None,
    ) -> Envelope:
        sender = self._profile.sender
        written = message(
            sender=(sender.name, sender.address),
            recipient=recipient,
            subject=shown.subject,
            at=now,
            message_id=mail.message_id,
            language=self._profile.locale,
            text=shown.text,
            html=shown.html,
            attachment=attachment,
        )
        return Envelope(recipient, written)


def usable_address(address: str) -> str:
    """The one recipient as the server must hear it, in ASCII; Unwritable when there is none."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Unwritable(Reason.ADDRESS_UNUSABLE) from None
    if checked.ascii_email is None:
        raise Unwritable(Reason.ADDRESS_UNUSABLE)
    return checked.ascii_email


def _delayed(mail: Claimed, now: datetime) -> bool:
    return now - mail.occurred_at > DELAYED_AFTER
