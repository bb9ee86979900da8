"""Names that stay the same however often a mail is tried: Message-ID and calendar UID."""

from uuid import UUID


def message_id(cause: UUID, template: str, domain: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4), so that a reader recognises a second copy."""
    return f"<{cause}.{template}@{domain}>"


def calendar_uid(appointment_id: UUID, domain: str) -> str:
    """The UID of an appointment's calendar entry (RFC 5545, 3.8.4.7), the same in every version."""
    return f"{appointment_id}@{domain}"
