"""Writes mails: from a claimed mail and what identity tells to one recipient and bytes."""

from datetime import datetime

import structlog

from notifications.domain.claims import Appointment, Claimed, Document, Recipient, Sanction
from notifications.domain.mails import CONTACT, DELAYED_AFTER, Reason, Template
from notifications.rendering import letters
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.calendar import calendar_file
from notifications.rendering.contact_letters import ContactFacts
from notifications.rendering.envelope import Envelope, Unwritable, usable_address
from notifications.rendering.family_letters import FamilyFacts
from notifications.rendering.message import Attachment, message
from notifications.rendering.pages import Pages, Rendered
from notifications.rendering.words import Words
from shared.identity_client import Delivery
from shared.profile import Profile

_log = structlog.get_logger()
_TOLD_WITHOUT_FILE = frozenset({Template.REMINDER})


class Renderer:
    """One institute's mails; templates and words are read once."""

    def __init__(self, profile: Profile, public_url: str) -> None:
        self._profile = profile
        self._public_url = public_url.rstrip("/")
        self._words = Words(profile.locale)
        self._pages = Pages(profile, self._words, self._public_url)

    def write(self, mail: Claimed, now: datetime) -> Envelope:
        """A mail that carries no secret; raises Unwritable."""
        if mail.template in CONTACT:
            return self._contact(mail, now)
        told = mail.recipient
        if told is None or told.email is None:
            raise Unwritable(Reason.UNREADABLE)
        try:
            recipient = usable_address(told.email)
        except Unwritable as fault:
            raise Unwritable(fault.reason, told.version) from fault
        if isinstance(mail.subject, Appointment):
            return self._appointment(mail, mail.subject, told, recipient, now)
        known = self._family_facts(mail, told)
        shown = self.family_letter(mail.template, known, delayed=_delayed(mail, now))
        return self._envelope(mail, recipient, shown, now, contact_version=told.version)

    def account(self, mail: Claimed, delivery: Delivery, now: datetime) -> Envelope:
        """A mail that carries a secret; raises Unwritable."""
        known = AccountFacts(delivery.name, delivery.data, mail.occurred_at)
        recipient = usable_address(delivery.to)
        try:
            shown = self.account_letter(mail.template, known, delayed=_delayed(mail, now))
        except (KeyError, ValueError) as missing:
            _log.error("mail_data_missing", mail_id=mail.mail_id, template=mail.template)
            raise Unwritable(Reason.UNREADABLE) from missing
        version = _present_version(mail.recipient, delivery.to)
        return self._envelope(mail, recipient, shown, now, contact_version=version)

    def account_letter(self, template: str, known: AccountFacts, *, delayed: bool) -> Rendered:
        """Both parts of a letter about the account; KeyError when a piece of data is missing."""
        wanted = {**letters.ACCOUNT, **letters.STAFF} if known.to_staff else letters.ACCOUNT
        letter = wanted[template](self._words, self._profile, known, self._public_url)
        return self._pages.show(letter, known.occurred_at if delayed else None)

    def appointment_letter(
        self, template: str, known: AppointmentFacts, *, delayed: bool
    ) -> Rendered:
        """Both parts of a letter about an appointment."""
        write = letters.APPOINTMENT[template]
        letter = write(self._words, self._profile, known, self._public_url)
        return self._pages.show(letter, known.told_at if delayed else None)

    def family_letter(self, template: str, known: FamilyFacts, *, delayed: bool) -> Rendered:
        """Both parts of a letter about a sanction or a document."""
        letter = letters.FAMILY[template](self._words, self._profile, known, self._public_url)
        return self._pages.show(letter, known.told_at if delayed else None)

    def contact_letter(self, template: str, known: ContactFacts) -> Rendered:
        """Both parts of a letter about a message of the contact form."""
        letter = letters.CONTACT[template](self._words, self._profile, known, self._public_url)
        return self._pages.show(letter, None)

    def calendar(self, template: str, known: AppointmentFacts, recipient: str) -> Attachment:
        """The calendar file that goes with a letter about an appointment."""
        cancelled = template == Template.APPOINTMENT_CANCELLED
        content = calendar_file(
            self._words, self._profile, known, recipient=recipient, cancelled=cancelled
        )
        method = "CANCEL" if cancelled else "REQUEST"
        return Attachment("cita.ics", f"text/calendar; charset=utf-8; method={method}", content)

    def _appointment(
        self,
        mail: Claimed,
        appointment: Appointment,
        told: Recipient,
        recipient: str,
        now: datetime,
    ) -> Envelope:
        unit = self._profile.unit(appointment.unit)
        if unit is None or mail.person is None:
            _log.error("mail_unit_unknown", mail_id=mail.mail_id, unit=appointment.unit)
            raise Unwritable(Reason.UNREADABLE)
        known = AppointmentFacts(
            appointment_id=appointment.appointment_id,
            account=told.name or mail.person,
            person=mail.person,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            unit=unit,
            sequence=mail.sequence or 1,
            told_at=mail.occurred_at,
            by_institute=appointment.told_by == "institute",
        )
        shown = self.appointment_letter(mail.template, known, delayed=_delayed(mail, now))
        bare = mail.template in _TOLD_WITHOUT_FILE
        file = None if bare else self.calendar(mail.template, known, recipient)
        return self._envelope(
            mail, recipient, shown, now, attachment=file, contact_version=told.version
        )

    def _family_facts(self, mail: Claimed, told: Recipient) -> FamilyFacts:
        if not isinstance(mail.subject, (Sanction, Document)) or told.name is None:
            raise Unwritable(Reason.UNREADABLE)
        sanction = mail.subject if isinstance(mail.subject, Sanction) else None
        return FamilyFacts(
            account=told.name,
            told_at=mail.occurred_at,
            until=sanction.until if sanction else None,
            rule=sanction.rule if sanction else None,
        )

    def _contact(self, mail: Claimed, now: datetime) -> Envelope:
        written = mail.contact
        if written is None or written.email is None:
            raise Unwritable(Reason.FORGOTTEN)
        known = ContactFacts(
            contact_id=written.contact_id,
            kind=written.kind,
            email=usable_address(written.email),
            text=written.text or "",
            written_at=written.created_at,
            account=mail.recipient.name if mail.recipient else None,
        )
        shown = self.contact_letter(mail.template, known)
        if mail.template == Template.CONTACT_ACKNOWLEDGED:
            return self._envelope(mail, known.email, shown, now)
        institute = usable_address(self._profile.contact_address)
        return self._envelope(mail, institute, shown, now, reply_to=known.email)

    def _envelope(
        self,
        mail: Claimed,
        recipient: str,
        shown: Rendered,
        now: datetime,
        *,
        attachment: Attachment | None = None,
        reply_to: str | None = None,
        contact_version: int | None = None,
    ) -> Envelope:
        sender = self._profile.sender
        written = message(
            sender=(sender.name, sender.address),
            recipient=recipient,
            reply_to=reply_to,
            subject=shown.subject,
            at=now,
            message_id=mail.message_id,
            language=self._profile.locale,
            text=shown.text,
            html=shown.html,
            attachment=attachment,
        )
        return Envelope(recipient, written, contact_version)


def _delayed(mail: Claimed, now: datetime) -> bool:
    return now - mail.occurred_at > DELAYED_AFTER


def _present_version(known: Recipient | None, address: str) -> int | None:
    """The version of the account's contact, when this is the address that it has now."""
    if known is None or known.email is None or known.email.lower() != address.lower():
        return None
    return known.version
