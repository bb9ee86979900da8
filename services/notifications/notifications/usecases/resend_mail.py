"""Staff have a mail sent anew: a new row of the ledger, to the address that holds now (R-52)."""

import math
from datetime import datetime
from uuid import UUID

import orjson
import structlog

from notifications.domain.resending import AT_MOST, WINDOW, assert_resendable, resent
from notifications.repository import ledger, ledger_search
from shared import audit, idempotency
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import NotFound, TooMany
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7

OPERATION = "resend-mail"
_log = structlog.get_logger()


async def resend_mail(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    mail_id: UUID,
    *,
    domain: str,
    now: datetime,
) -> bytes:
    """The new mail as JSON.

    Raises NotFound (not there, or not of the actor's unit), MailCarriedSecret, MailNotResendable,
    and TooMany past three a day.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            kept = await ledger_search.kept(tx, mail_id, actor.unit)
            if kept is None:
                raise NotFound
            assert_resendable(kept, now)
            await _assert_seldom(tx, mail_id, now)
            act_id = uuid7()
            again = resent(kept, act_id, domain=domain, now=now)
            await ledger.add(tx, again, now)
            subjects = [mail_id, again.mail_id, act_id]
            account_id = kept.mail.account_id
            await audit.record(
                tx, actor, OPERATION, subjects + ([account_id] if account_id else []), now=now
            )
            answer = orjson.dumps(
                {"id": again.mail_id, "resent_from": mail_id, "state": again.state}
            )
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("mail_resent", mail_id=again.mail_id, template=again.template)
        return answer

    return await database.retrying(once)


async def _assert_seldom(tx: Transaction, mail_id: UUID, now: datetime) -> None:
    recent = await ledger_search.resent_since(tx, mail_id, now - WINDOW)
    if len(recent) >= AT_MOST:
        raise TooMany(math.ceil((recent[-AT_MOST] + WINDOW - now).total_seconds()))
