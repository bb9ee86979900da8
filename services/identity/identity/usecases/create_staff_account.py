"""An administrator makes a staff account; its owner activates it by a mailed link (R-14)."""

from datetime import datetime, timedelta

import orjson
import structlog

from identity.domain.accounts import STAFF_WORDS
from identity.domain.staff import NewStaff
from identity.sealing import Keyring
from identity.usecases.open_staff_account import open_staff_account
from identity.usecases.send_link import ACTIVATION, send_link
from shared import audit, idempotency
from shared.audit import Actor
from shared.database import Database
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "create-staff-account"
_log = structlog.get_logger()


async def create_staff_account(
    database: Database,
    keyring: Keyring,
    key: IdempotencyKey,
    actor: Actor,
    wanted: NewStaff,
    *,
    locale: str,
    activation_life: timedelta,
    now: datetime,
) -> bytes:
    """The pending account as JSON; raises AccountExists."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            account_id = await open_staff_account(tx, wanted, locale=locale, now=now)
            await send_link(
                tx,
                keyring,
                ACTIVATION,
                account_id=account_id,
                email=wanted.email,
                name=wanted.name,
                life=activation_life,
                now=now,
                more=STAFF_WORDS,
            )
            await audit.record(tx, actor, OPERATION, [account_id], now=now)
            answer = orjson.dumps(
                {
                    "account_id": account_id,
                    "role": wanted.role,
                    "unit": wanted.unit,
                    "doctor_id": wanted.doctor_id,
                    "email": wanted.email,
                    "name": wanted.name,
                    "state": "pending",
                }
            )
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("staff_account_created", account_id=account_id, role=wanted.role)
        return answer

    return await database.retrying(once)
