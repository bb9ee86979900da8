"""A message of the contact form is taken: two mails become due, the sender gets a folio (R-53)."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
import structlog

from notifications.domain.contact import (
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_MAILBOX,
    Limit,
)
from notifications.domain.duties import contact_mails
from notifications.folios import contact_folio
from notifications.repository import contact_messages, ledger
from shared import idempotency
from shared.database import Database, Transaction
from shared.errors import TooMany
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, judged; `account_id` is None without a session."""

    kind: str
    email: str
    text: str
    account_id: UUID | None
    address: str
    """The sender's network address, counted for an hour and not kept."""
    privacy_version: str


async def take_contact_message(
    database: Database, key: IdempotencyKey, written: Written, *, domain: str, now: datetime
) -> bytes:
    """The folio as JSON; TooMany past a limit of the account, the mailbox or the address."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            own = written.account_id is not None and await contact_messages.is_own(
                tx, written.account_id, written.email
            )
            for limit, subject in _limits(written, own=own):
                await _assert_below(tx, limit, subject, now)
            contact_id = uuid7()
            await contact_messages.add(
                tx,
                contact_id=contact_id,
                kind=written.kind,
                account_id=written.account_id,
                email=written.email,
                text=written.text,
                privacy_version=written.privacy_version,
                now=now,
            )
            for mail in contact_mails(
                contact_id, account_id=written.account_id, domain=domain, now=now
            ):
                await ledger.add(tx, mail, now)
            answer = orjson.dumps({"folio": contact_folio(contact_id)})
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("contact_message_taken", contact_id=contact_id, account_id=written.account_id)
        return answer

    return await database.retrying(once)


def _limits(written: Written, *, own: bool) -> Sequence[tuple[Limit, str]]:
    mailbox = (PER_MAILBOX, written.email.lower())
    if written.account_id is None:
        return (PER_ADDRESS, written.address), mailbox
    account = (PER_ACCOUNT, str(written.account_id))
    return (account,) if own else (account, mailbox)


async def _assert_below(tx: Transaction, limit: Limit, subject: str, now: datetime) -> None:
    digest = hashlib.sha256(subject.encode()).digest()
    count, since = await contact_messages.count(
        tx, limit.kind, digest, since=now - limit.window, now=now
    )
    if count > limit.at_most:
        raise TooMany(math.ceil((since + limit.window - now).total_seconds()))
