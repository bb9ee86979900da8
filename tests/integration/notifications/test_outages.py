"""The mail server, a claimer or identity away: the queue is spared, and nothing is lost."""

import asyncio
from datetime import timedelta

import pytest
from builders.mail_facts import Family, booked
from builders.messaging import until
from builders.notifications import World
from builders.pace import within
from fakes.smtp import Mode

from notifications.domain.outcomes import Accepted
from notifications.sending.breaker import Breaker
from notifications.sending.connection import Server
from notifications.sending.pace import Pace
from notifications.sending.probe import ServerProbe
from notifications.usecases.claim_mails import claim_mails
from notifications.usecases.settle_mails import Ended, settle_mails


async def test_a_dead_server_costs_no_attempt_and_delivery_resumes_within_seconds(
    world: World,
) -> None:
    family = await world.knows(Family())
    await world.mail_server.stop()
    async with world.sending(pause=0.5) as breaker:
        for _ in range(30):
            await world.arrives(booked(family))
        await until(lambda: not breaker.closed)
        assert {(m["state"], m["attempts"]) for m in await world.mails()} == {("queued", 0)}
        await world.mail_server.start()
        began = asyncio.get_running_loop().time()
        await world.becomes(*[("sent", None)] * 30)
        assert asyncio.get_running_loop().time() - began < within(4)
        assert breaker.closed
    assert {mail["attempts"] for mail in await world.mails()} == {1}
    assert len({mail.recipients for mail in world.mail_server.accepted}) == 1
    assert len(world.mail_server.accepted) == 30


async def test_a_hung_banner_opens_the_breaker_and_takes_no_mail(world: World) -> None:
    world.mail_server.mode = "hang_banner"
    async with world.sending() as breaker:
        await world.arrives(booked(await world.knows(Family())))
        await until(lambda: not breaker.closed)
        assert (await world.mails())[0]["attempts"] == 0
        world.mail_server.mode = "ok"
        await world.becomes(("sent", None))


async def test_a_lane_whose_link_hangs_gives_its_mails_back_and_waits_without_them(
    world: World,
) -> None:
    family = await world.knows(Family())
    async with world.sending(connections=1, pause=30) as breaker:
        await world.arrives(booked(family))
        await world.becomes(("sent", None))
        world.mail_server.mode = "silent"
        for _ in range(3):
            await world.arrives(booked(family))
        await until(lambda: not breaker.closed)
        # It waits for the server far longer than a lease, and what it had claimed is others'.
        await world.becomes(("sent", None), *[("queued", None)] * 3)
    assert [mail["attempts"] for mail in await world.mails()] == [1, 0, 0, 0]


@pytest.mark.parametrize("mode", ["421", "drop_before_dot"])
async def test_a_server_that_fails_each_mail_burns_few_attempts(world: World, mode: Mode) -> None:
    family = await world.knows(Family())
    for _ in range(40):
        await world.arrives(booked(family))
    world.mail_server.mode = mode
    async with world.sending(pause=30) as breaker:
        await until(lambda: not breaker.closed)
        await asyncio.sleep(0.3)
        tried = [mail for mail in await world.mails() if mail["attempts"]]
    assert 5 <= len(tried) <= 7


async def test_a_claimer_that_died_after_the_250_leaves_one_copy_counted_as_indeterminate(
    world: World,
) -> None:
    await world.arrives(booked(await world.knows(Family())))
    (dead,) = await claim_mails(
        world.database, world.clock(), at_most=1, lease=timedelta(seconds=0.2)
    )
    await asyncio.sleep(0.3)
    async with world.sending():
        await world.becomes(("sent", None))
        # The dead claimer wakes up again: its fence is old, and its word changes nothing.
        await settle_mails(world.database, [Ended(dead, Accepted())], world.clock())
    (mail,) = await world.mails()
    assert (mail["attempts"], mail["indeterminate"], mail["fence"]) == (2, 1, 2)
    assert await world.told() == ["notifications.mail.sent"]


async def test_of_a_dead_claimers_batch_only_the_mail_that_was_begun_is_in_doubt(
    world: World,
) -> None:
    family = await world.knows(Family())
    for _ in range(3):
        await world.arrives(booked(family))
    first, second, third = await claim_mails(
        world.database, world.clock(), at_most=3, lease=timedelta(seconds=0.3)
    )
    await settle_mails(world.database, [Ended(first, Accepted(), second)], world.clock())
    await asyncio.sleep(0.4)
    assert len(await claim_mails(world.database, world.clock(), at_most=3)) == 2
    tried = {mail["mail_id"]: (mail["attempts"], mail["indeterminate"], mail["reason"])
             for mail in await world.mails()}  # fmt: skip
    assert tried == {
        first.mail_id: (1, 0, None),
        second.mail_id: (2, 1, "lease-expired"),
        third.mail_id: (1, 0, None),
    }


async def test_a_lease_that_holds_is_respected_by_everybody_else(world: World) -> None:
    await world.arrives(booked(await world.knows(Family())))
    await claim_mails(world.database, world.clock(), at_most=1)
    assert await claim_mails(world.database, world.clock(), at_most=10) == []


async def test_three_offices_at_once_send_each_mail_once(world: World) -> None:
    family = await world.knows(Family())
    for _ in range(60):
        await world.arrives(booked(family))
    async with world.sending(), world.sending(), world.sending():
        await world.becomes(*[("sent", None)] * 60)
    copies = [mail.parsed["Message-ID"] for mail in world.mail_server.accepted]
    assert len(copies) == len(set(copies)) == 60


async def test_stopping_gives_back_what_was_claimed_and_not_begun(world: World) -> None:
    family = await world.knows(Family())
    for _ in range(10):
        await world.arrives(booked(family))
    world.mail_server.mode = "hang_after_dot"
    async with world.sending(connections=1):
        await until(lambda: bool(world.mail_server.accepted))
    states = [state for state, _ in await world.states()]
    assert states == ["queued"] * 10
    assert sum(mail["attempts"] for mail in await world.mails()) == 1


async def test_with_identity_away_a_secret_waits_and_no_attempt_counts(world: World) -> None:
    world.identity.away = True
    async with world.sending():
        await world.delivery_requested()
        await world.becomes(("queued", "identity-away"))
        assert (await world.mails())[0]["attempts"] == 0
        world.identity.away = False
        world.clock.forward(seconds=6)
        await world.becomes(("sent", None))


async def test_health_sees_the_mail_server_go_and_come_back_without_any_mail(world: World) -> None:
    server = Server("127.0.0.1", world.mail_server.port, "none", "localhost")
    probe = ServerProbe(server, Breaker(server.connect), look_seconds=0)
    assert await probe()
    await world.mail_server.stop()
    assert not await probe()
    await world.mail_server.start()
    assert await probe()
    world.mail_server.mode = "hang_banner"
    assert not await probe()


async def test_the_pace_holds_over_all_lanes() -> None:
    pace = Pace(50)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(pace.turn() for _ in range(11)))
    assert 0.2 <= asyncio.get_running_loop().time() - began < within(1)
