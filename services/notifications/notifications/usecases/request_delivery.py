"""Identity holds a secret to be mailed: put the mail that carries it on the ledger."""

from datetime import datetime

import structlog

from notifications.domain.duties import delivery_mail
from notifications.domain.mails import State
from notifications.repository import ledger
from shared import outbox
from shared.contracts.identity import DeliveryRequested
from shared.contracts.notifications import MailFailed
from shared.database import Transaction
from shared.received import Received

_log = structlog.get_logger()


async def request_delivery(
    tx: Transaction, received: Received, *, domain: str, now: datetime
) -> None:
    """Queues the mail; a template this version can't write fails at once, for all to see."""
    event = received.event
    fact: DeliveryRequested = event.data
    mail = delivery_mail(
        fact.template,
        cause=event.id,
        occurred_at=event.time,
        delivery_id=fact.delivery_id,
        account_id=fact.account_id,
        domain=domain,
        now=now,
    )
    added = await ledger.add(tx, mail, now)
    if added and mail.state is State.FAILED:
        _log.error("mail_failed", mail_id=mail.mail_id, template=mail.template, reason=mail.reason)
        failed = MailFailed(
            mail_id=mail.mail_id, cause=mail.cause, template=mail.template, reason=mail.reason
        )
        await outbox.add(tx, failed, sequence=1, now=now)
