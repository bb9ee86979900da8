"""A doctor reads a record: of a patient with an appointment near, or breaking the glass (R-45)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.looks import BREAK_GLASS
from clinical_records.domain.people import Member, Person
from clinical_records.places import zone_of
from clinical_records.repository import doctors, members, prescriptions, referrals, sick_leaves
from clinical_records.usecases import opened
from clinical_records.usecases.acting import Doctor
from clinical_records.usecases.audit_reasons import record_with_reason
from clinical_records.usecases.opened import Prescription, Referral, SickLeave
from shared import audit
from shared.clock import local_day
from shared.database import Database, Transaction
from shared.errors import NotFound
from shared.profile import Profile

OPERATION = "read-record"
NEAR_DAYS = 7
"""An appointment is near from seven days before its day to seven days after it: time enough to
prepare the visit and to read what came of it."""
AT_MOST = 50
"""Of each kind, the newest."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Record:
    """`broken_glass`: read with a reason, because no appointment brings the two together."""

    member_id: UUID
    person: Person
    broken_glass: bool
    prescriptions: list[Prescription]
    sick_leaves: list[SickLeave]
    referrals: list[Referral]


async def read_record(
    database: Database,
    cipher: Cipher,
    profile: Profile,
    doctor: Doctor,
    member_id: UUID,
    *,
    reason: str | None,
    now: datetime,
) -> Record:
    """The record. Whoever isn't this doctor's patient isn't there, unless a reason is given.

    With a reason anybody on the roll, in whatever unit: emergencies know none. The reason is kept
    sealed in the audit, and the family sees that the glass was broken. Raises NotFound.
    """
    async with database.transaction() as tx:
        member = await members.get(tx, member_id)
        person = await members.person(tx, member_id)
        if member is None or person is None:
            raise NotFound
        near = await _near(tx, profile, doctor, member, now)
        if near:
            await audit.record(tx, doctor.actor, OPERATION, [member_id], now=now)
        elif reason is not None:
            await record_with_reason(
                tx, cipher, doctor.actor, BREAK_GLASS, [member_id], reason=reason, now=now
            )
        else:
            raise NotFound
        held = (
            await prescriptions.page(tx, member_id, before=None, limit=AT_MOST),
            await sick_leaves.of_member(tx, member_id, limit=AT_MOST),
            await referrals.page(tx, member_id, before=None, limit=AT_MOST),
        )
    if not near:
        _log.info("glass_broken", account_id=doctor.account_id, member_id=member_id)
    return Record(
        member_id,
        person,
        not near,
        [opened.prescription(cipher, row) for row in held[0]],
        [opened.sick_leave(cipher, row) for row in held[1]],
        [opened.referral(cipher, row) for row in held[2]],
    )


async def _near(
    tx: Transaction, profile: Profile, doctor: Doctor, member: Member, now: datetime
) -> bool:
    """Of the doctor's unit, with an appointment that stands with this doctor on a near day."""
    if member.home_unit != doctor.unit:
        return False
    zone = zone_of(profile, doctor.unit)
    today = local_day(now, zone)
    midnight = datetime.min.time()
    since = datetime.combine(today - timedelta(days=NEAR_DAYS), midnight, tzinfo=zone)
    until = datetime.combine(today + timedelta(days=NEAR_DAYS + 1), midnight, tzinfo=zone)
    return await doctors.sees(tx, doctor.doctor_id, member.member_id, since=since, until=until)
