"""Staff have mails sent anew: to today's address, seldom, and never a secret (R-52)."""

import asyncio
from typing import Any

from builders.mail_api import Api, person
from builders.mail_facts import STARTS_AT, Family, booked, cancelled, reached_at
from builders.notifications import World

from shared.ids import uuid7

ADMINISTRATOR = person("administrator")


async def sent(world: World, family: Family) -> Any:
    """A booking of the family's that was mailed, as the ledger's row."""
    booking = booked(family)
    cause = await world.arrives(booking)
    async with world.sending():
        await world.becomes(("sent", None))
    (mail,) = [mail for mail in await world.mails() if mail["cause"] == cause]
    return mail


async def test_r_52_a_resent_mail_goes_to_todays_address_under_a_name_of_its_own(
    world: World, api: Api
) -> None:
    family = await world.knows(Family())
    mail = await sent(world, family)
    await world.arrives(reached_at(family, "nueva@example.org"), sequence=2)
    answer = await api.resend(ADMINISTRATOR, mail["mail_id"])
    assert answer.status == 201
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None))
    first, second = world.mail_server.accepted
    assert second.recipients == ("nueva@example.org",)
    assert first.parsed["Message-ID"] != second.parsed["Message-ID"]
    assert first.parsed["Subject"] == second.parsed["Subject"]
    (again,) = [one for one in await world.mails() if one["resent_from"]]
    assert (again["mail_id"], again["resent_from"]) == (
        type(again["mail_id"])(answer.body["id"]), mail["mail_id"],
    )  # fmt: skip
    (row,) = await api.audited("resend-mail")
    assert row["actor_id"] == ADMINISTRATOR.account_id
    assert {mail["mail_id"], again["mail_id"], family.account_id} <= set(row["subjects"])


async def test_r_35_a_repeated_resending_is_one(world: World, api: Api) -> None:
    mail = await sent(world, await world.knows(Family()))
    key = str(uuid7())
    answers = [await api.resend(ADMINISTRATOR, mail["mail_id"], key) for _ in range(3)]
    assert len({answer.raw for answer in answers}) == 1
    assert len(await world.mails()) == 2


async def test_a_mail_is_sent_anew_three_times_a_day(world: World, api: Api) -> None:
    mail = await sent(world, await world.knows(Family()))
    answers = await asyncio.gather(*(api.resend(ADMINISTRATOR, mail["mail_id"]) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [201, 201, 201, 429, 429]
    copy = next(answer.body["id"] for answer in answers if answer.status == 201)
    async with world.sending():
        await world.becomes(*[("sent", None)] * 4)
    assert (await api.resend(ADMINISTRATOR, copy)).status == 429
    world.clock.forward(hours=24, seconds=1)
    assert (await api.resend(ADMINISTRATOR, mail["mail_id"])).status == 201


async def test_a_copy_of_a_copy_counts_for_the_first(world: World, api: Api) -> None:
    mail = await sent(world, await world.knows(Family()))
    newest = mail["mail_id"]
    for copies in range(1, 4):
        newest = (await api.resend(ADMINISTRATOR, newest)).body["id"]
        async with world.sending():
            await world.becomes(*[("sent", None)] * (copies + 1))
    assert (await api.resend(ADMINISTRATOR, newest)).status == 429


async def test_r_52_a_mail_that_carried_a_secret_is_not_resent(world: World, api: Api) -> None:
    await world.delivery_requested()
    async with world.sending():
        await world.becomes(("sent", None))
    (mail,) = await world.mails()
    (found,) = await api.search(ADMINISTRATOR)
    answer = await api.resend(ADMINISTRATOR, mail["mail_id"])
    assert (answer.status, answer.slug) == (409, "mail-carried-secret")
    assert not found["can_be_resent"]
    assert len(await world.mails()) == 1


async def test_what_is_under_way_overtaken_over_or_erased_is_not_resent(
    world: World, api: Api
) -> None:
    family = await world.knows(Family())
    booking = booked(family)
    await world.arrives(booking)
    (waiting,) = await world.mails()
    assert await _refused(api, waiting) == "mail-not-resendable"
    async with world.sending():
        await world.becomes(("sent", None))
        await world.arrives(cancelled(booking), sequence=2)
        assert await _refused(api, waiting) == "mail-not-resendable"
        await world.becomes(("sent", None), ("sent", None))
    over = await sent_alone(world, family)
    world.clock.set(STARTS_AT)
    assert await _refused(api, over) == "mail-not-resendable"


async def sent_alone(world: World, family: Family) -> Any:
    booking = booked(family)
    cause = await world.arrives(booking)
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None), ("sent", None))
    (mail,) = [mail for mail in await world.mails() if mail["cause"] == cause]
    return mail


async def _refused(api: Api, mail: Any) -> str:
    answer = await api.resend(ADMINISTRATOR, mail["mail_id"])
    assert answer.status == 409
    return answer.slug
