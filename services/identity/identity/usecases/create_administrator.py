"""An operator's command makes an administrator, the first one above all (R-14)."""

from datetime import datetime, timedelta
from uuid import UUID

from identity.domain.accounts import STAFF_WORDS, Account
from identity.domain.errors import AccountExists
from identity.domain.links import new_token, token_digest
from identity.domain.staff import NewStaff
from identity.repository import accounts, deliveries, links, staff
from identity.sealing import Keyring
from identity.usecases.open_staff_account import open_staff_account
from identity.usecases.send_link import ACTIVATION, send_link
from shared import audit
from shared.database import Database, Transaction
from shared.errors import Conflict
from shared.ids import uuid7

OPERATION = "create-administrator"


class AdministratorActive(Conflict):
    """Somebody can make accounts already; another way in needs a word more."""

    slug = "account-exists"


async def create_administrator(
    database: Database,
    keyring: Keyring,
    wanted: NewStaff,
    *,
    locale: str,
    life: timedelta,
    mailed: bool,
    confirmed: bool,
    now: datetime,
) -> str | None:
    """Mails the activation link, or returns its token where it is not `mailed`.

    An administrator who never activated gets a new link. Raises AdministratorActive unless
    `confirmed`, AccountExists when the address is another account's.
    """
    async with database.transaction() as tx:
        if await staff.active_administrators(tx) and not confirmed:
            raise AdministratorActive
        account_id = await _account(tx, wanted, locale, now)
        token = None
        if mailed:
            await send_link(
                tx,
                keyring,
                ACTIVATION,
                account_id=account_id,
                email=wanted.email,
                name=wanted.name,
                life=life,
                now=now,
                more=STAFF_WORDS,
            )
        else:
            token = await _link(tx, account_id, life, now)
        await audit.record(tx, audit.BY_COMMAND, OPERATION, [account_id], now=now)
    return token


async def _account(tx: Transaction, wanted: NewStaff, locale: str, now: datetime) -> UUID:
    held = await accounts.by_email(tx, wanted.email_key)
    if held is None:
        return await open_staff_account(tx, wanted, locale=locale, now=now)
    if not _waits(await accounts.locked(tx, held.account_id)):
        raise AccountExists
    return held.account_id


def _waits(held: Account | None) -> bool:
    return held is not None and held.role == "administrator" and held.state == "pending"


async def _link(tx: Transaction, account_id: UUID, life: timedelta, now: datetime) -> str:
    token = new_token()
    await deliveries.remove_of_account(tx, account_id, ACTIVATION.template)
    await links.add(
        tx,
        link_id=uuid7(),
        account_id=account_id,
        purpose=ACTIVATION.purpose,
        token_sha256=token_digest(token),
        expires_at=now + life,
        now=now,
    )
    return token
