"""General or family medicine opens a specialty to a member (R-46)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import MayNotRefer
from clinical_records.domain.referrals import ReferralContent, referral_aad
from clinical_records.places import day_at
from clinical_records.repository import doctors, referrals
from clinical_records.repository.referrals import NewReferral
from clinical_records.usecases.acting import Doctor
from clinical_records.usecases.admit import patient, signature
from shared import audit, idempotency, outbox
from shared.contracts.clinical import ReferralDescribed, ReferralIssued
from shared.database import Database, Transaction
from shared.errors import Invalid
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7
from shared.profile import Profile

OPERATION = "issue-referral"
GIVES_WITHIN = timedelta(days=90)
"""A doctor gives a service who has an appointment in it so long before or after now."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """`service` is one that needs a referral; `reason` is what the specialist should know."""

    member_id: UUID
    service: str
    reason: str


async def issue_referral(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    doctor: Doctor,
    wanted: Wanted,
    *,
    profile: Profile,
    now: datetime,
) -> bytes:
    """The referral's id, state and last day as JSON; the reason is not repeated.

    Raises NotFound, NotCovered, MayNotRefer, and Invalid for a service that needs no referral.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            member = await patient(tx, profile, doctor, wanted.member_id, now)
            await _assert_may_refer(tx, profile, doctor, now)
            _assert_referred_to(profile, wanted.service)
            issued_on = day_at(profile, doctor.unit, now)
            valid_to = issued_on + timedelta(days=profile.policies_at(issued_on).referral_days)
            content = ReferralContent(await signature(tx, doctor), wanted.reason)
            referral_id = uuid7()
            key_id, sealed = cipher.seal(content.to_bytes(), referral_aad(referral_id))
            await referrals.add(
                tx,
                NewReferral(
                    referral_id=referral_id,
                    member_id=wanted.member_id,
                    family_id=member.family_id,
                    unit=doctor.unit,
                    doctor_id=doctor.doctor_id,
                    issued_by=doctor.account_id,
                    issued_at=now,
                    issued_on=issued_on,
                    valid_to=valid_to,
                    service=wanted.service,
                    content=sealed,
                    content_key_id=key_id,
                ),
            )
            described = ReferralDescribed(
                referral_id=referral_id,
                member_id=wanted.member_id,
                service=wanted.service,
                valid_to=valid_to,
            )
            await outbox.add(tx, described, sequence=1, now=now)
            issued = ReferralIssued(referral_id=referral_id, state="issued")
            await outbox.add(tx, issued, sequence=1, now=now)
            subjects = [referral_id, wanted.member_id]
            await audit.record(tx, doctor.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps({"id": referral_id, "state": "issued", "valid_to": valid_to})
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("referral_issued", account_id=doctor.account_id)
        return answer

    return await database.retrying(once)


async def _assert_may_refer(
    tx: Transaction, profile: Profile, doctor: Doctor, now: datetime
) -> None:
    services = [service.code for service in profile.services if service.refers]
    since, until = now - GIVES_WITHIN, now + GIVES_WITHIN
    if not await doctors.gives(tx, doctor.doctor_id, services, since=since, until=until):
        raise MayNotRefer


def _assert_referred_to(profile: Profile, code: str) -> None:
    service = profile.service(code)
    if service is None or not service.needs_referral:
        fault = {
            "pointer": "/service",
            "code": "unknown" if service is None else "open",
            "message": "No es una especialidad que se abra con una referencia.",
        }
        raise Invalid(errors=[fault])
