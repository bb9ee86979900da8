"""A mail server refused the account's own address for good: the account shows it to its owner."""

import structlog

from identity.repository import email_failures
from shared.contracts.notifications import MailFailed
from shared.database import Transaction
from shared.received import Received

_FAULTS_OF_ADDRESS = frozenset({"mailbox-refused", "address-unusable"})
"""Other failures say nothing about the address."""
_log = structlog.get_logger()


async def mark_undeliverable(tx: Transaction, received: Received) -> None:
    """Marks the address that was tried, if it is still the account's.

    Another address, or following a mailed link, takes the mark away.
    """
    fact: MailFailed = received.event.data
    if fact.account_id is None or fact.contact_version is None:
        return
    if fact.reason not in _FAULTS_OF_ADDRESS:
        return
    marked = await email_failures.mark(
        tx, fact.account_id, contact_version=fact.contact_version, at=received.event.time
    )
    if marked:
        _log.info("email_marked_undeliverable", account_id=fact.account_id)
