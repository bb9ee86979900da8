"""Demo staff get accounts that can log in at once, without mail: to look around with each role.

Never in production: who runs the command has refused it before.
"""

from datetime import datetime

from identity.domain.passwords import generate
from identity.domain.staff import NewStaff
from identity.hashing import Passwords
from identity.repository import accounts, password_hashes
from identity.usecases.activate_account import activate_account
from identity.usecases.activate_demo import DemoLogin
from identity.usecases.open_staff_account import open_staff_account
from shared.database import Database, Transaction
from shared.errors import NotFound


async def activate_demo_staff(
    database: Database,
    passwords: Passwords,
    wanted: list[NewStaff],
    *,
    locale: str,
    password_expires_at: datetime,
    now: datetime,
) -> list[DemoLogin]:
    """Makes and activates these accounts; those that are active get another password."""
    logins = [DemoLogin(one.email, generate()) for one in wanted]
    async with passwords.slot() as turn:
        hashes = [await turn.hash(login.password) for login in logins]
    async with database.transaction(60.0) as tx:
        for one, password_hash in zip(wanted, hashes, strict=True):
            await _activate(
                tx,
                one,
                password_hash,
                locale=locale,
                password_expires_at=password_expires_at,
                now=now,
            )
    return logins


async def _activate(
    tx: Transaction,
    one: NewStaff,
    password_hash: str,
    *,
    locale: str,
    password_expires_at: datetime,
    now: datetime,
) -> None:
    held = await accounts.by_email(tx, one.email_key)
    if held is None:
        account_id = await open_staff_account(tx, one, locale=locale, now=now)
        held = await accounts.by_id(tx, account_id)
    if held is None or held.role != one.role:
        raise NotFound
    if held.state == "active":
        await password_hashes.set_generated(
            tx,
            held.account_id,
            password_hash=password_hash,
            password_expires_at=password_expires_at,
        )
        return
    await activate_account(
        tx, held, password_hash=password_hash, expires_at=password_expires_at, now=now
    )
