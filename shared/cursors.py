"""Cursors of lists: where a page ended, opaque to clients, stable under inserts."""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

from shared.errors import Malformed


def write(at: datetime, identifier: UUID) -> str:
    """The cursor of a page that ended at this instant and id."""
    text = f"{at.isoformat()} {identifier}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, UUID]:
    """The instant and id of a cursor of ours; Malformed for anything else."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, identifier = text.partition(" ")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise Malformed
        # In UTC, which the first and the last day of the calendar don't have everywhere.
        return instant.astimezone(UTC), UUID(identifier)
    except (ValueError, OverflowError, binascii.Error):
        raise Malformed from None


def write_id(identifier: UUID) -> str:
    """The cursor of a page whose order can be read off its last row."""
    return base64.urlsafe_b64encode(identifier.bytes).decode().rstrip("=")


def read_id(cursor: str) -> UUID:
    """The id of a cursor of ours; Malformed for anything else."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise Malformed from None
