"""Writes how attempts ended, and tells of mails that were accepted or will never be."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog

from notifications.domain.claims import Claimed
from notifications.domain.mails import State
from notifications.domain.outcomes import Outcome, Settlement, settle
from notifications.repository import appointments, settlements
from shared import outbox
from shared.contracts.notifications import MailFailed, MailSent
from shared.database import Database, Transaction

_log = structlog.get_logger()
_NONE = UUID(int=0)

Ended = tuple[Claimed, Outcome]


async def settle_mails(database: Database, ended: Iterable[Ended], now: datetime) -> None:
    """One transaction for all; safe to repeat, because the fence lets each be settled once."""
    in_order = sorted(ended, key=_appointment)
    async with database.transaction() as tx:
        for mail, outcome in in_order:
            settlement = settle(
                outcome,
                attempts=mail.attempts,
                indeterminate=mail.indeterminate,
                not_after=mail.not_after,
                now=now,
            )
            await write(tx, mail, await _unless_superseded(tx, mail, settlement, now), now)


def _appointment(ended: Ended) -> tuple[UUID, UUID]:
    # The order in which a batch of events locks them, too.
    mail = ended[0]
    return mail.appointment.appointment_id if mail.appointment else _NONE, mail.mail_id


async def _unless_superseded(
    tx: Transaction, mail: Claimed, settlement: Settlement, now: datetime
) -> Settlement:
    """A mail that would be queued again must not outlive a newer version of its appointment."""
    if settlement.state is not State.QUEUED or mail.appointment is None:
        return settlement
    newest = await appointments.lock_version(tx, mail.appointment.appointment_id)
    if newest > mail.appointment.sequence:
        return settlements.superseded(settlement.attempts, settlement.indeterminate, now)
    return settlement


async def write(tx: Transaction, mail: Claimed, settlement: Settlement, now: datetime) -> None:
    """Writes one settlement and its fact; does nothing when another claimer has the mail."""
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
