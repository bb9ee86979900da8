"""The sealed paper of a sick leave, for the holder to print (R-44); the look is audited (R-45)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinical_records.domain.calendar_months import months_before
from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import NotSealed
from clinical_records.domain.sealings import document_aad
from clinical_records.places import day_at
from clinical_records.repository import members, sealed_documents
from shared import audit
from shared.audit import Actor
from shared.database import Database
from shared.errors import NotFound
from shared.profile import Profile

OPERATION = "read-sick-leave-document"


class DocumentDamaged(Exception):
    """What is stored is not what was sealed; it must never be sent."""


@dataclass(frozen=True, slots=True)
class Document:
    """The same bytes each time it is asked for."""

    folio: str
    content: bytes


async def read_document(
    database: Database,
    cipher: Cipher,
    profile: Profile,
    actor: Actor,
    sick_leave_id: UUID,
    *,
    family_id: UUID,
    now: datetime,
) -> Document:
    """Raises NotFound for what R-42 doesn't show (another's, too old, revoked), else NotSealed.

    Raises DocumentDamaged and Unopenable where the row was changed or moved.
    """
    async with database.transaction() as tx:
        holder = await members.holder_of(tx, family_id)
        if holder is None:
            raise NotFound
        today = day_at(profile, holder.home_unit, now)
        months = profile.policies_at(today).sick_leave_months
        since = months_before(today, months)
        if not await sealed_documents.printable(tx, sick_leave_id, holder.member_id, since):
            raise NotFound
        stored = await sealed_documents.of_sick_leave(tx, sick_leave_id)
        if stored is None:
            raise NotSealed
        await audit.record(tx, actor, OPERATION, [sick_leave_id, holder.member_id], now=now)
    content = cipher.open(
        stored.content_key_id, stored.content, document_aad(sick_leave_id, stored.folio)
    )
    if hashlib.sha256(content).digest() != stored.sha256:
        raise DocumentDamaged
    return Document(stored.folio, content)
