"""An administrator closes a staff account: its sessions end at once, its links are void (R-14)."""

from datetime import datetime
from uuid import UUID

import orjson
import structlog

from identity.domain.accounts import Account
from identity.domain.errors import NotClosable
from identity.repository import accounts, deliveries, staff
from identity.usecases.end_sessions import end_within
from identity.usecases.send_link import ACTIVATION, RECOVERY, void_links
from shared import audit, idempotency, outbox
from shared.audit import Actor
from shared.contracts.identity import AccountLocked
from shared.database import Database, Transaction
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "close-staff-account"
_log = structlog.get_logger()


async def close_staff_account(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    account_id: UUID,
    *,
    reason: str,
    now: datetime,
) -> bytes:
    """The closed account as JSON.

    Raises NotFound for what is no staff account, NotClosable for one's own, the last
    administrator's, and one that is closed. Its address is free for another account.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            administrators = await staff.active_administrators(tx)
            account = await accounts.locked(tx, account_id)
            if account is None or account.role == "affiliate":
                raise NotFound
            _assert_closable(account, actor, administrators)
            await _close(tx, account_id, now)
            await audit.record(tx, actor, OPERATION, [account_id], reason=reason, now=now)
            answer = orjson.dumps({"account_id": account_id, "state": "closed"})
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        _log.info("staff_account_closed", account_id=account_id)
        return answer

    return await database.retrying(once)


def _assert_closable(account: Account, actor: Actor, administrators: list[UUID]) -> None:
    if account.state == "closed":
        raise NotClosable("La cuenta ya estaba cerrada.")
    if account.account_id == actor.account_id:
        raise NotClosable("Nadie cierra su propia cuenta: pídalo a otra persona administradora.")
    # Two who close each other at once: the second finds only the first left.
    if administrators == [account.account_id]:
        raise NotClosable("Es la última cuenta administradora; dé de alta otra antes de cerrarla.")


async def _close(tx: Transaction, account_id: UUID, now: datetime) -> None:
    version = await staff.close(tx, account_id)
    for kind in (ACTIVATION, RECOVERY):
        await void_links(tx, kind, account_id, now)
    await deliveries.remove_of_account(tx, account_id, "credentials")
    await end_within(tx, account_id, None, reason="by_staff", now=now)
    locked = AccountLocked(account_id=account_id, family_id=None)
    await outbox.add(tx, locked, sequence=version, now=now)
