"""The three queues: addresses and people are kept, and facts about appointments become mails."""

from collections.abc import Mapping

from notifications.domain.mails import Template
from notifications.usecases.request_delivery import request_delivery
from notifications.usecases.tell_appointment import tell_appointment
from shared.clock import Clock
from shared.consume_batch import Handler, Subscription
from shared.contracts.event import Fact
from shared.contracts.identity import (
    AccountActivated,
    AccountLocked,
    AccountRegistered,
    ContactChanged,
    DeliveryRequested,
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
from shared.contracts.scheduling import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
)
from shared.database import Transaction
from shared.projection import keep
from shared.received import Received

_MAILS: Mapping[type[Fact], Template | None] = {
    AppointmentBooked: Template.APPOINTMENT_BOOKED,
    AppointmentCancelled: Template.APPOINTMENT_CANCELLED,
    AppointmentMoved: None,
    AppointmentAttended: None,
    AppointmentMissed: None,
}
"""Which mail tells which fact; the others are kept, so that no older mail goes out after them."""


def subscriptions(clock: Clock, domain: str) -> list[Subscription]:
    """`domain` is the sender's: Message-IDs end in it."""
    return [
        Subscription(
            "notifications.addresses",
            {
                ContactChanged: keep_address,
                AccountRegistered: _keep_account("registered"),
                AccountActivated: _keep_account("activated"),
                AccountLocked: _keep_account("locked"),
            },
        ),
        Subscription(
            "notifications.people",
            {
                MemberDescribed: keep_person,
                MemberRegistered: keep_member,
                MemberChanged: keep_member,
                MemberLapsed: keep_member,
            },
        ),
        Subscription(
            "notifications.mail",
            {DeliveryRequested: _deliver(clock, domain)}
            | {fact: _tell(template, clock, domain) for fact, template in _MAILS.items()},
        ),
    ]


async def keep_address(tx: Transaction, received: Received) -> None:
    fact: ContactChanged = received.event.data
    await keep(
        tx,
        "addresses",
        received,
        key="account_id",
        family_id=fact.family_id,
        email=fact.email,
        name=fact.name,
        locale=fact.locale,
        reminders=fact.reminders,
    )


async def keep_person(tx: Transaction, received: Received) -> None:
    fact: MemberDescribed = received.event.data
    await keep(
        tx,
        "people",
        received,
        key="member_id",
        display_name=fact.display_name,
    )


async def keep_member(tx: Transaction, received: Received) -> None:
    fact: MemberRegistered | MemberChanged | MemberLapsed = received.event.data
    await keep(
        tx,
        "members",
        received,
        key="member_id",
        family_id=fact.family_id,
    )


def _keep_account(state: str) -> Handler:
    async def keep_account(tx: Transaction, received: Received) -> None:
        fact: AccountRegistered | AccountActivated | AccountLocked = received.event.data
        await keep(
            tx,
            "accounts",
            received,
            key="account_id",
            family_id=fact.family_id,
            state=state,
        )

    return keep_account


def _tell(template: Template | None, clock: Clock, domain: str) -> Handler:
    async def tell(tx: Transaction, received: Received) -> None:
        await tell_appointment(tx, received, template, domain=domain, now=clock())

    return tell


def _deliver(clock: Clock, domain: str) -> Handler:
    async def deliver(tx: Transaction, received: Received) -> None:
        await request_delivery(tx, received, domain=domain, now=clock())

    return deliver
