"""Makes the paper of an authorised sick leave, seals it, and stores it exactly once (R-43, R-44).

The paper is made between two transactions. Whoever dies there leaves the claim, which ends by its
lease; whoever comes late finds a higher fence, and stores nothing.
"""

import hashlib
from datetime import datetime

from clinical_records.document.paper import Institute, Paper
from clinical_records.document.press import Press
from clinical_records.document.worker import Sealed
from clinical_records.domain.encryption import Cipher
from clinical_records.domain.sealings import Authorised, Claimed, document_aad
from clinical_records.domain.sick_leaves import (
    KINDS,
    SickLeaveContent,
    ends_on,
    sick_leave_aad,
)
from clinical_records.places import unit_name, zone_of
from clinical_records.repository import sealed_documents, sealings
from clinical_records.repository.sealed_documents import StoredDocument
from shared import crash_points, outbox
from shared.clock import Clock
from shared.contracts.clinical import SickLeaveSealed
from shared.database import Database
from shared.profile import Profile

_AUTHORISER = "Oficial autorizador de incapacidades"


async def seal_sick_leave(
    database: Database,
    cipher: Cipher,
    press: Press,
    profile: Profile,
    *,
    public_url: str,
    claimed: Claimed,
    clock: Clock,
) -> bool:
    """Whether this call sealed it; not, when it was revoked meanwhile or is another's by now.

    `clock` is asked when the paper is made: making takes time, and the seal has an instant of its
    own. Raises what the press and the cipher raise; the claim is then the caller's to give back.
    """
    async with database.connection() as connection:
        waiting = await sealings.authorised(connection, claimed.sick_leave_id)
    if waiting is None:
        return await _drop(database, claimed)
    made = await press.make(paper(waiting, cipher, profile, public_url))
    crash_points.reached("seal.after_sign_before_store")
    return await store(database, cipher, claimed, waiting.folio, made, now=clock())


async def store(
    database: Database,
    cipher: Cipher,
    claimed: Claimed,
    folio: str,
    made: Sealed,
    *,
    now: datetime,
) -> bool:
    """Paper, state and fact in one transaction; False when this claim counts no more."""
    sick_leave_id = claimed.sick_leave_id
    key_id, content = cipher.seal(made.content, document_aad(sick_leave_id, folio))
    sha256 = hashlib.sha256(made.content).digest()
    certificate = made.certificate
    async with database.transaction() as tx:
        state = await sealings.locked_state(tx, sick_leave_id)
        if not await sealings.finish(tx, claimed) or state != "authorised":
            return False
        await sealed_documents.add_certificate(tx, certificate.fingerprint, certificate.der, now)
        await sealed_documents.add(
            tx,
            StoredDocument(sick_leave_id, folio, content, key_id, sha256),
            fingerprint=certificate.fingerprint,
            now=now,
        )
        version, family_id = await sealings.mark_sealed(tx, sick_leave_id, now)
        fact = SickLeaveSealed(sick_leave_id=sick_leave_id, family_id=family_id, state="sealed")
        await outbox.add(tx, fact, sequence=version, now=now)
    return True


async def _drop(database: Database, claimed: Claimed) -> bool:
    async with database.transaction() as tx:
        await sealings.finish(tx, claimed)
    return False


def paper(waiting: Authorised, cipher: Cipher, profile: Profile, public_url: str) -> Paper:
    """What the paper says, by the unit's clocks. Raises Unopenable."""
    text = cipher.open(
        waiting.content_key_id, waiting.content, sick_leave_aad(waiting.sick_leave_id)
    )
    content = SickLeaveContent.from_bytes(text)
    unit = profile.unit(waiting.unit)
    return Paper(
        folio=waiting.folio,
        kind=next((name for kind, name in KINDS.items() if kind == waiting.kind), ""),
        member=content.member_name,
        number_label=profile.identifier.label,
        number=content.affiliation_number,
        starts_on=waiting.starts_on,
        ends_on=ends_on(waiting.starts_on, waiting.days),
        days=waiting.days,
        issued_on=waiting.issued_on,
        unit=unit_name(profile, waiting.unit),
        unit_address="" if unit is None else unit.address,
        doctor=content.doctor_name,
        authoriser=_AUTHORISER,
        authorised_at=waiting.authorised_at.astimezone(zone_of(profile, waiting.unit)),
        verify_at=f"{public_url.rstrip('/')}/sellos/{waiting.folio}",
        institute=Institute(
            name=profile.name,
            short_name=profile.short_name,
            system_name=profile.system_name,
            helpline=profile.helpline,
            locale=profile.locale,
            primary=profile.colours.primary,
            on_primary=profile.colours.on_primary,
            accent=profile.colours.accent,
            text=profile.colours.text,
        ),
    )
