"""The folio of a message of the contact form: as an appointment's, and never mistaken for one."""

from uuid import UUID

from notifications.domain.contact import PREFIX
from shared.contracts.scheduling import folio


def contact_folio(contact_id: UUID) -> str:
    """`C-XXXX-XXXX-XXXX`."""
    return PREFIX + folio(contact_id)
