"""Which mails staff may have sent anew, and as what (R-52)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from notifications.domain.mail_ids import message_id
from notifications.domain.mails import CONTACT, SETTLED, USEFUL_FOR, Mail, State, Template
from shared.errors import Conflict
from shared.ids import uuid7

AT_MOST = 3
"""So often within the window, whoever asks: a mailbox must not be filled from the desk."""
WINDOW = timedelta(hours=24)


class MailCarriedSecret(Conflict):
    slug = "mail-carried-secret"


class MailNotResendable(Conflict):
    slug = "mail-not-resendable"


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail of the ledger, with what decides whether it may go out again.

    `newest` is the version of its subject that is held, `useful_until` when it loses its use
    whatever happens, None when that is never. `text_held` tells a contact form's message whose text
    is still there from one that was erased.
    """

    mail: Mail
    newest: int | None
    useful_until: datetime | None
    text_held: bool


def assert_resendable(kept: Kept, now: datetime) -> None:
    """Raises MailCarriedSecret or MailNotResendable, with the reason in words."""
    mail = kept.mail
    if mail.delivery_id is not None:
        raise MailCarriedSecret
    if mail.state not in SETTLED:
        raise MailNotResendable("El correo todavía está en camino; espere a que termine.")
    if kept.newest is not None and kept.newest > (mail.sequence or 0):
        raise MailNotResendable("Lo que dice el correo cambió después; hay uno más nuevo.")
    if kept.useful_until is not None and now >= kept.useful_until:
        raise MailNotResendable("Lo que dice el correo ya pasó; enviarlo no tiene uso.")
    if mail.template in CONTACT and not kept.text_held:
        raise MailNotResendable("El texto del mensaje se borró después de entregarlo.")


def resent(kept: Kept, act_id: UUID, *, domain: str, now: datetime) -> Mail:
    """The new mail, caused by the act of staff: a copy under a name of its own.

    It tells the same cause's instant, so that what is old says so in its text.
    """
    mail = kept.mail
    until = now + USEFUL_FOR
    return replace(
        mail,
        mail_id=uuid7(),
        cause=act_id,
        message_id=message_id(act_id, mail.template, domain),
        not_after=min(until, kept.useful_until) if kept.useful_until is not None else until,
        next_try_at=now,
        state=State.QUEUED,
        reason=None,
        resent_from=mail.mail_id,
    )


def useful_until(template: str, starts_at: datetime | None) -> datetime | None:
    """When nobody needs the mail any more: what tells of an appointment to come, at its hour."""
    return None if template == Template.APPOINTMENT_CANCELLED else starts_at
