"""One prescription with its medications (R-40); the look is audited with it (R-45)."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from clinical_records.repository import prescriptions
from clinical_records.usecases import opened
from clinical_records.usecases.admit import shown_member
from clinical_records.usecases.opened import Prescription
from shared import audit
from shared.audit import Actor
from shared.database import Database
from shared.errors import NotFound
from shared.profile import Profile

OPERATION = "read-prescription"


async def read_prescription(
    database: Database,
    cipher: Cipher,
    profile: Profile,
    actor: Actor,
    prescription_id: UUID,
    *,
    family_id: UUID,
    now: datetime,
) -> Prescription:
    """Raises NotFound for another family's, NotCovered, RecordsWithdrawn."""
    async with database.transaction() as tx:
        row = await prescriptions.get(tx, prescription_id)
        if row is None:
            raise NotFound
        await shown_member(tx, profile, family_id, row["member_id"], now)
        subjects = [prescription_id, row["member_id"]]
        await audit.record(tx, actor, OPERATION, subjects, now=now)
    return opened.prescription(cipher, row)
