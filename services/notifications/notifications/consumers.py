"""The three queues: addresses and people are kept, and facts of others become mails."""

from collections.abc import Mapping

from notifications.domain.mails import Template
from notifications.usecases.house import House
from notifications.usecases.request_delivery import request_delivery
from notifications.usecases.tell_appointment import tell_appointment
from notifications.usecases.tell_document import tell_document
from notifications.usecases.tell_sanction import tell_sanction
from shared.clock import Clock
from shared.consume_batch import Handler, Subscription
from shared.contracts.clinical import SickLeaveRevoked, SickLeaveSealed
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
    SanctionImposed,
    SanctionLifted,
)
from shared.database import Transaction
from shared.profile import Profile
from shared.projection import keep
from shared.received import Received

_MAILS: Mapping[type[Fact], Template | None] = {
    AppointmentBooked: Template.APPOINTMENT_BOOKED,
    AppointmentCancelled: Template.APPOINTMENT_CANCELLED,
    AppointmentMoved: Template.APPOINTMENT_MOVED,
    AppointmentAttended: None,
    AppointmentMissed: None,
}
"""Which mail tells which fact; the others are kept, so that no older mail goes out after them."""
_SANCTIONS: Mapping[type[Fact], Template] = {
    SanctionImposed: Template.SANCTION_IMPOSED,
    SanctionLifted: Template.SANCTION_LIFTED,
}


def subscriptions(clock: Clock, profile: Profile) -> list[Subscription]:
    """In the name of the profile's institute, by its own reminders' hours."""
    house = House(profile)
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
        Subscription("notifications.mail", _duties(clock, house)),
    ]


def _duties(clock: Clock, house: House) -> dict[type[Fact], Handler]:
    """What is done with each fact that somebody may have to be told of."""
    handlers: dict[type[Fact], Handler] = {
        DeliveryRequested: _deliver(clock, house),
        SickLeaveSealed: _tell_document(clock, house),
        SickLeaveRevoked: _tell_document(clock, house),
    }
    for fact, told_by in _SANCTIONS.items():
        handlers[fact] = _tell_sanction(told_by, clock, house)
    for fact, template in _MAILS.items():
        handlers[fact] = _tell(template, clock, house)
    return handlers


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
        home_unit=fact.home_unit,
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


def _tell(template: Template | None, clock: Clock, house: House) -> Handler:
    async def tell(tx: Transaction, received: Received) -> None:
        await tell_appointment(tx, received, template, house=house, now=clock())

    return tell


def _tell_sanction(template: Template, clock: Clock, house: House) -> Handler:
    async def tell(tx: Transaction, received: Received) -> None:
        await tell_sanction(tx, received, template, domain=house.domain, now=clock())

    return tell


def _tell_document(clock: Clock, house: House) -> Handler:
    async def tell(tx: Transaction, received: Received) -> None:
        await tell_document(tx, received, domain=house.domain, now=clock())

    return tell


def _deliver(clock: Clock, house: House) -> Handler:
    async def deliver(tx: Transaction, received: Received) -> None:
        await request_delivery(tx, received, domain=house.domain, now=clock())

    return deliver
