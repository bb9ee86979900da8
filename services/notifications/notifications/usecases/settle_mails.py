"""Writes how attempts ended, and tells of mails that were accepted or will never be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from notifications.domain.claims import Claimed
from notifications.domain.mails import State
from notifications.domain.outcomes import Outcome, Refused, Settlement, settle
from notifications.repository import claims, settlements, subjects
from shared import outbox
from shared.contracts.notifications import MailFailed, MailSent
from shared.database import Database, Transaction

_log = structlog.get_logger()
_NONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, and which mail its lane begins next."""

    mail: Claimed
    outcome: Outcome
    following: Claimed | None = None


async def settle_mails(database: Database, ended: Iterable[Ended], now: datetime) -> None:
    """One transaction for all; safe to repeat, because the fence lets each be settled once."""
    in_order = sorted(ended, key=_subject)
    async with database.transaction() as tx:
        for one in in_order:
            mail, outcome = one.mail, one.outcome
            settlement = settle(
                outcome,
                attempts=mail.attempts,
                indeterminate=mail.indeterminate,
                not_after=mail.not_after,
                now=now,
            )
            refused = outcome.contact_version if isinstance(outcome, Refused) else None
            settlement = await _unless_superseded(tx, mail, settlement, now)
            await write(tx, mail, settlement, now, contact_version=refused)
            if one.following is not None:
                await claims.begin(tx, one.following)


def _subject(ended: Ended) -> tuple[UUID, UUID]:
    # The order in which a batch of events locks them, too.
    mail = ended.mail
    return subjects.subject_id(mail.subject) if mail.subject else _NONE, mail.mail_id


async def _unless_superseded(
    tx: Transaction, mail: Claimed, settlement: Settlement, now: datetime
) -> Settlement:
    """A mail that would be queued again must not outlive a newer version of its subject."""
    if settlement.state is not State.QUEUED or mail.subject is None:
        return settlement
    newest = await subjects.lock_version(tx, mail.subject)
    if newest > mail.subject.sequence:
        return settlements.superseded(settlement.attempts, settlement.indeterminate, now)
    return settlement


async def write(
    tx: Transaction,
    mail: Claimed,
    settlement: Settlement,
    now: datetime,
    *,
    contact_version: int | None = None,
) -> None:
    """Writes one settlement and its fact; does nothing when another claimer has the mail.

    `contact_version` is that of the account's own address, when that was what was refused.
    """
    told = await settlements.settle(tx, mail, settlement, now)
    if told is None:
        _log.warning("mail_settled_elsewhere", mail_id=mail.mail_id, state=settlement.state)
        return
    if settlement.state is State.SENT:
        sent = MailSent(mail_id=mail.mail_id, cause=mail.cause, template=mail.template, reason=None)
        await outbox.add(tx, sent, sequence=told, now=now)
    elif settlement.state is State.FAILED:
        failed = MailFailed(
            mail_id=mail.mail_id,
            cause=mail.cause,
            template=mail.template,
            reason=settlement.reason,
            account_id=mail.recipient.account_id if mail.recipient and contact_version else None,
            contact_version=contact_version,
        )
        await outbox.add(tx, failed, sequence=told, now=now)
    if settlement.state in {State.FAILED, State.SUPPRESSED}:
        _log.warning(
            "mail_not_sent",
            mail_id=mail.mail_id,
            template=mail.template,
            state=settlement.state,
            reason=settlement.reason,
            attempts=settlement.attempts,
        )
