"""Takes mails whose turn has come; what can't or needn't be sent now is settled on the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.domain.claims import Claimed, End, Wait, judge
from notifications.domain.mails import State
from notifications.domain.outcomes import Settlement
from notifications.repository import claims
from notifications.usecases.settle_mails import write
from shared.database import Database

LEASE = timedelta(seconds=120)
"""Longer than a claimer may keep a mail (`notifications.sending.lane`), by the database's clock."""


async def claim_mails(
    database: Database, now: datetime, *, at_most: int, lease: timedelta = LEASE
) -> Sequence[Claimed]:
    """Mails to send now, one after the other.

    Each is `sending` on the ledger, and the first is begun, before a server hears of it; the next
    is begun by settling the one before it.
    """
    async with database.transaction() as tx:
        await claims.recover(tx, now, at_most)
        taken = await claims.claim(tx, now, at_most=at_most, lease=lease)
        ready = []
        for mail in taken:
            verdict = judge(mail, now)
            if verdict is None:
                ready.append(mail)
            else:
                await write(tx, mail, _settlement(mail, verdict, now), now)
        if ready:
            await claims.begin(tx, ready[0])
    return ready


def _settlement(mail: Claimed, verdict: Wait | End, now: datetime) -> Settlement:
    # No server has heard of this attempt, so it doesn't count.
    attempts = mail.attempts - 1
    if isinstance(verdict, Wait):
        return Settlement(State.QUEUED, verdict.reason, verdict.until, attempts, mail.indeterminate)
    return Settlement(verdict.state, verdict.reason, now, attempts, mail.indeterminate)
