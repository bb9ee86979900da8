"""The name of a mail that stays the same however often it is tried."""

from uuid import UUID


def message_id(cause: UUID, template: str, domain: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4), so that a reader recognises a second copy."""
    return f"<{cause}.{template}@{domain}>"
