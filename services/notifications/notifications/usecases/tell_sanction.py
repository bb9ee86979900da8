"""A sanction was imposed or lifted: keep it, and put its mail on the ledger (R-29)."""

from datetime import datetime

from notifications.domain.claims import Sanction
from notifications.domain.duties import sanction_mail
from notifications.domain.mails import Template
from notifications.repository import ledger, subjects
from shared.contracts.scheduling import SanctionImposed, SanctionLifted
from shared.database import Transaction
from shared.projection import keep
from shared.received import Received


async def tell_sanction(
    tx: Transaction, received: Received, template: Template, *, domain: str, now: datetime
) -> None:
    """Once for each event; never "imposed" after "lifted", and nothing for a republished one."""
    event = received.event
    fact: SanctionImposed | SanctionLifted = event.data
    newest = await keep(
        tx,
        "sanctions",
        received,
        key="sanction_id",
        family_id=fact.family_id,
        until=fact.until,
        rule=fact.rule,
        state="imposed" if template is Template.SANCTION_IMPOSED else "lifted",
    )
    if newest:
        await ledger.supersede(tx, fact.sanction_id, event.version, now)
    if received.republished:
        return
    held = await subjects.version(tx, Sanction, fact.sanction_id)
    mail = sanction_mail(
        template,
        cause=event.id,
        occurred_at=event.time,
        family_id=fact.family_id,
        sanction_id=fact.sanction_id,
        sequence=event.version,
        superseded=held > event.version,
        domain=domain,
        now=now,
    )
    await ledger.add(tx, mail, now)
