"""An account whose own address refuses mail shows it, until the address is another or works."""

from typing import Any
from uuid import UUID

import pytest
from builders.identity import World
from builders.roll import NUMBER

from identity.consumers import SUBSCRIPTIONS
from identity.repository import accounts
from shared import outbox
from shared.contracts.event import Event
from shared.contracts.notifications import MailFailed
from shared.ids import uuid7
from shared.received import Received


async def refused(
    world: World, account_id: UUID, *, version: int | None = 1, reason: str = "mailbox-refused"
) -> None:
    """Notifications tells that a mail to the account's address failed."""
    fact = MailFailed(
        mail_id=uuid7(), cause=uuid7(), template="reminder", reason=reason,
        account_id=account_id, contact_version=version,
    )  # fmt: skip
    text = outbox.envelope(fact, event_id=uuid7(), sequence=1, now=world.clock())
    event = Event[MailFailed].model_validate_json(text)
    (subscription,) = SUBSCRIPTIONS
    async with world.database.transaction() as tx:
        await subscription.handlers[MailFailed](tx, Received(event, False, "notifications"))  # noqa: FBT003  # not republished


async def logged_in(world: World) -> str:
    password = await world.activated()
    answer = await world.log_in(NUMBER, password)
    token: str = answer.body["access_token"]
    return token


async def shown(world: World, token: str) -> Any:
    return (await world.call("GET", "/v1/me", bearer=token)).body["email_state"]


async def test_a_refused_address_is_shown_to_the_accounts_owner(world: World) -> None:
    token = await logged_in(world)
    assert await shown(world, token) == "ok"
    await refused(world, await world.account_id())
    assert await shown(world, token) == "undeliverable"


@pytest.mark.parametrize(
    ("version", "reason"),
    [(2, "mailbox-refused"), (None, "mailbox-refused"), (1, "gave-up"), (1, "content-refused")],
)
async def test_another_address_or_another_fault_accuses_nobody(
    world: World, version: int | None, reason: str
) -> None:
    token = await logged_in(world)
    await refused(world, await world.account_id(), version=version, reason=reason)
    await refused(world, uuid7())
    assert await shown(world, token) == "ok"


async def test_following_a_mailed_link_shows_that_the_address_works(world: World) -> None:
    await world.activated()
    await refused(world, await world.account_id())
    await world.call("POST", "/v1/password-resets", {"username": NUMBER})
    confirmed = await world.call(
        "POST", "/v1/password-resets/confirmations", {"token": await world.mailed_token("recovery")}
    )
    assert confirmed.status == 200
    again = await world.log_in(NUMBER, confirmed.body["temporary_password"])
    assert await shown(world, again.body["access_token"]) == "ok"


async def test_another_address_begins_unmarked(world: World) -> None:
    await logged_in(world)
    account_id = await world.account_id()
    await refused(world, account_id)
    async with world.database.transaction() as tx:
        await accounts.set_email(tx, account_id, "otra@example.org", "otra@example.org")
        account = await accounts.by_id(tx, account_id)
    assert account is not None
    assert account.email_state == "ok"
