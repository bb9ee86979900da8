"""Whom a family or a doctor may have to do with: the same guards wherever rows are read."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.errors import NotCovered, RecordsWithdrawn
from clinical_records.domain.people import Member
from clinical_records.places import day_at
from clinical_records.repository import doctors, members
from clinical_records.usecases.acting import Doctor
from shared.database import Transaction
from shared.errors import Forbidden, NotFound
from shared.profile import Profile

_UNKNOWN_DOCTOR = "Su cuenta no corresponde a un médico con agenda."


async def shown_member(
    tx: Transaction, profile: Profile, family_id: UUID, member_id: UUID, now: datetime
) -> Member:
    """The family's member whose records the account may see (R-20, R-40, R-45).

    Raises NotFound, NotCovered for a relative whose coverage ended, RecordsWithdrawn. A lapsed
    holder still sees own records.
    """
    member = await members.of_family(tx, member_id, family_id)
    if member is None:
        raise NotFound
    if not member.holder and not member.covered(day_at(profile, member.home_unit, now)):
        raise NotCovered
    if member.hidden:
        raise RecordsWithdrawn
    return member


async def patient(
    tx: Transaction, profile: Profile, doctor: Doctor, member_id: UUID, now: datetime
) -> Member:
    """A covered member of the doctor's unit (R-41); NotFound or NotCovered otherwise."""
    member = await members.of_unit(tx, member_id, doctor.unit)
    if member is None:
        raise NotFound
    if not member.covered(day_at(profile, member.home_unit, now)):
        raise NotCovered
    return member


async def signature(tx: Transaction, doctor: Doctor) -> str:
    """The doctor's name as papers carry it; Forbidden for who has none at scheduling."""
    name = await doctors.name(tx, doctor.doctor_id)
    if name is None:
        raise Forbidden(_UNKNOWN_DOCTOR)
    return name
