"""What identity hears of the others: mails that an account's address refused for good."""

from identity.usecases.mark_undeliverable import mark_undeliverable
from shared.consume_batch import Subscription
from shared.contracts.notifications import MailFailed

SUBSCRIPTIONS = (Subscription("identity.mails", {MailFailed: mark_undeliverable}),)
