"""«No fui yo»: the old address undoes a change, before or after it took effect (R-11)."""

from datetime import datetime, timedelta

import structlog

from identity.domain.accounts import Account
from identity.domain.email_changes import EmailChange
from identity.domain.errors import LinkExpired
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, email_changes, links, password_hashes
from identity.sealing import Keyring
from identity.usecases.end_sessions import end_within
from identity.usecases.mailed_links import claimed, valid_link
from identity.usecases.move_account import move_account
from identity.usecases.send_link import EMAIL_CONFIRMATION, RECOVERY, send_link, void_links
from identity.usecases.send_notice import send_notice
from shared.database import Database, Transaction

_log = structlog.get_logger()


async def reverse_email(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    token: str,
    *,
    recovery_life: timedelta,
    now: datetime,
) -> None:
    """Undoes the change and every later one, and ends all sessions.

    Raises NotFound for a token that never was, LinkUsed, LinkExpired. Where the new address was in
    force, whoever reads it may have recovered the password there: it is made unusable, and a link
    to make another goes to the address restored.
    """
    link = await valid_link(database, token, "email_reversal", now)
    async with claimed(database, link, now) as claim:
        nobodys = await passwords.hash(generate())
        async with database.transaction() as tx:
            account = await accounts.locked(tx, link.account_id)
            change = await email_changes.by_reversal(tx, link.link_id)
            if account is None or account.state != "active" or change is None:
                raise LinkExpired
            if not await links.use(tx, link.link_id, claimed_until=claim, now=now):
                raise LinkExpired
            await email_changes.undo_since(tx, change, now)
            await void_links(tx, EMAIL_CONFIRMATION, account.account_id, now)
            await end_within(tx, account.account_id, None, reason="email_reversed", now=now)
            restored = await _restore(tx, account, change, nobodys, now)
            await send_notice(tx, keyring, restored, "email_reversed", now=now)
            if restored is not account:
                await send_link(
                    tx,
                    keyring,
                    RECOVERY,
                    account_id=restored.account_id,
                    email=restored.email,
                    name=restored.name,
                    life=recovery_life,
                    now=now,
                )
    _log.info("email_change_reversed", account_id=link.account_id)


async def _restore(
    tx: Transaction, account: Account, change: EmailChange, nobodys: str, now: datetime
) -> Account:
    """The same account when the change had not taken effect, else with its old address again."""
    if change.old_email is None or change.old_email_key is None:
        raise LinkExpired
    if account.email.lower() == change.old_email_key:
        return account
    restored = await move_account(
        tx, account, change.old_email, change.old_email_key, reason="email_reversed", now=now
    )
    if restored is None:
        # Both addresses are held free for each other; only staff's hand could have taken one.
        _log.error("email_not_restored", account_id=account.account_id)
        raise LinkExpired
    await password_hashes.set_generated(
        tx, account.account_id, password_hash=nobodys, password_expires_at=now
    )
    return restored
