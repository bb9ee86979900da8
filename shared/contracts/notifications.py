"""What notifications tells: a mail was accepted by a server, or will not be."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Fact


class _Mail(Fact):
    subject_field: ClassVar[str] = "mail_id"

    mail_id: UUID
    cause: UUID
    template: str
    reason: str | None


class MailSent(_Mail):
    """A mail server said 250."""

    routing_key = "notifications.mail.sent"


class MailFailed(_Mail):
    """The mail will not be tried again; `reason` is a class, never a text of the server's."""

    routing_key = "notifications.mail.failed"

    account_id: UUID | None = None
    """The account whose own address refused the mail for good."""
    contact_version: int | None = None
    """Which address that was: the sequence of its `identity.contact.changed`."""


FACTS: tuple[type[Fact], ...] = (MailSent, MailFailed)
