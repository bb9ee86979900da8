"""The serial is handed out in person: the identity check is recorded, the serial mailed (R-12)."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog

from identity.domain.errors import NoSerial
from identity.domain.handouts import BY_STAFF, FOR_FAMILY, Bearer, Limit
from identity.emails import Address
from identity.repository import accounts, handouts
from identity.sealing import Keyring, serial_context
from identity.usecases.request_delivery import Message, request_delivery
from identity.usecases.send_notice import send_notice
from shared import audit, idempotency
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import Forbidden, NotFound, TooMany
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7

OPERATION = "hand-out-serial"
MAIL_LIFE = timedelta(hours=72)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HandOut:
    """`identity_check` names what was shown at the desk."""

    member_id: UUID
    to: Address
    identity_check: str


async def hand_out_serial(
    database: Database,
    keyring: Keyring,
    key: IdempotencyKey,
    actor: Actor,
    wanted: HandOut,
    *,
    now: datetime,
) -> bytes:
    """The hand-out's id as JSON; the serial goes by mail alone, and the account's owner is told.

    Raises NotFound for who isn't on the roll of the actor's unit, NoSerial, and TooMany beyond 20
    an hour or 80 a day by one person, or 3 a day for one family.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            staff_id, bearer = await _admitted(tx, actor, wanted.member_id, now)
            handout_id = uuid7()
            await handouts.add(
                tx,
                handout_id=handout_id,
                staff_id=staff_id,
                member_id=bearer.member_id,
                family_id=bearer.family_id,
                address_digest=keyring.digest("handout_address", wanted.to.key),
                now=now,
            )
            await _mail(tx, keyring, bearer, wanted.to, now)
            subjects = [handout_id, bearer.member_id, bearer.family_id]
            await audit.record(
                tx, actor, OPERATION, subjects, reason=wanted.identity_check, now=now
            )
            answer = orjson.dumps({"handout_id": handout_id})
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("serial_handed_out", account_id=staff_id, member_id=wanted.member_id)
        return answer

    return await database.retrying(once)


async def _admitted(
    tx: Transaction, actor: Actor, member_id: UUID, now: datetime
) -> tuple[UUID, Bearer]:
    """Who hands out, and to whom; both rows are held, so that a volley is counted one by one."""
    if actor.account_id is None or actor.unit is None:
        raise Forbidden
    staff_id = actor.account_id
    await accounts.locked(tx, staff_id)
    for limit in BY_STAFF:
        await _assert_below(tx, limit, staff_id, now)
    bearer = await handouts.bearer(tx, member_id, actor.unit)
    if bearer is None:
        raise NotFound
    await _assert_below(tx, FOR_FAMILY, bearer.family_id, now)
    return staff_id, bearer


async def _assert_below(tx: Transaction, limit: Limit, whose: UUID, now: datetime) -> None:
    at = await handouts.reached_at(tx, limit, whose, now)
    if at is not None:
        raise TooMany(math.ceil((at + limit.window - now).total_seconds()))


async def _mail(
    tx: Transaction, keyring: Keyring, bearer: Bearer, to: Address, now: datetime
) -> None:
    if bearer.serial_sealed is None:
        raise NoSerial
    serial = keyring.open(bearer.serial_sealed, serial_context(bearer.holder_number)).decode()
    account = await accounts.of_family(tx, bearer.family_id)
    await request_delivery(
        tx,
        keyring,
        account_id=account.account_id if account is not None else None,
        template="serial_handout",
        message=Message(to.email, bearer.name, {"serial_number": serial}),
        expires_at=now + MAIL_LIFE,
        now=now,
    )
    if account is not None:
        await send_notice(tx, keyring, account, "serial_handed_out", now=now)
