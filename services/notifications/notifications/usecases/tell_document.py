"""A document was sealed or revoked: keep that, and tell the holder what can be printed (R-50)."""

from datetime import datetime

from notifications.domain.claims import Document
from notifications.domain.duties import document_mail
from notifications.repository import ledger, subjects
from shared.contracts.clinical import SickLeaveRevoked, SickLeaveSealed
from shared.database import Transaction
from shared.projection import keep
from shared.received import Received


async def tell_document(tx: Transaction, received: Received, *, domain: str, now: datetime) -> None:
    """Once for each sealed one. A revocation is mailed to nobody, and stops a mail that waits."""
    event = received.event
    fact: SickLeaveSealed | SickLeaveRevoked = event.data
    newest = await keep(
        tx,
        "sick_leaves",
        received,
        key="sick_leave_id",
        family_id=fact.family_id,
        state=fact.state,
    )
    if newest:
        await ledger.supersede(tx, fact.sick_leave_id, event.version, now)
    if received.republished or fact.state != "sealed":
        return
    held = await subjects.version(tx, Document, fact.sick_leave_id)
    mail = document_mail(
        cause=event.id,
        occurred_at=event.time,
        family_id=fact.family_id,
        sick_leave_id=fact.sick_leave_id,
        sequence=event.version,
        superseded=held > event.version,
        domain=domain,
        now=now,
    )
    await ledger.add(tx, mail, now)
