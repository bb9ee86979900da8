"""Order per appointment under everything at once: racing events, two offices, a moody server."""

import asyncio
import random
from uuid import UUID

from builders.mail_facts import Family, booked, cancelled
from builders.messaging import until
from builders.notifications import World
from fakes.smtp import Mode

from notifications.domain.outcomes import Accepted
from notifications.usecases.claim_mails import claim_mails
from notifications.usecases.settle_mails import Ended, settle_mails

MODES: tuple[Mode, ...] = ("ok", "ok", "450", "421", "drop_before_dot", "drop_after_dot")
APPOINTMENTS = 40


async def test_e_4_booked_never_arrives_after_cancelled_whatever_happens(world: World) -> None:
    chance = random.Random(20261123)  # noqa: S311  # the same storm in every run
    family = await world.knows(Family())
    bookings = [booked(family) for _ in range(APPOINTMENTS)]

    async def live(number: int) -> None:
        facts = [(bookings[number], 1), (cancelled(bookings[number]), 2)]
        if number % 5 == 0:
            facts.reverse()
        for fact, sequence in facts:
            await asyncio.sleep(chance.uniform(0, 0.4))
            await world.arrives(fact, sequence=sequence)

    async def storm() -> None:
        for _ in range(25):
            world.mail_server.mode = chance.choice(MODES)
            await asyncio.sleep(0.05)
            world.clock.forward(seconds=40)
        world.mail_server.mode = "ok"

    async def quiet() -> bool:
        world.clock.forward(minutes=5)
        return all(state in {"sent", "suppressed"} for state, _ in await world.states())

    async with world.sending(), world.sending():
        await asyncio.gather(storm(), *map(live, range(APPOINTMENTS)))
        await until(quiet, 30)
    await _assert_in_order(world)


async def _assert_in_order(world: World) -> None:
    told: dict[UUID, list[int]] = {}
    mails = {mail["message_id"]: mail for mail in await world.mails()}
    copies: dict[str, int] = {}
    for accepted in world.mail_server.accepted:
        mail = mails[accepted.parsed["Message-ID"]]
        told.setdefault(mail["appointment_id"], []).append(mail["sequence"])
        copies[mail["message_id"]] = copies.get(mail["message_id"], 0) + 1
    assert len(told) == APPOINTMENTS
    assert all(sequences == sorted(sequences) for sequences in told.values())
    assert all(sequences[-1] == 2 for sequences in told.values())
    # E-2: never more copies than one and the attempts whose end nobody knows.
    assert all(count <= 1 + mails[id_]["indeterminate"] for id_, count in copies.items())
    assert sum(mail["indeterminate"] for mail in mails.values()) > 0


async def test_e_4_a_newer_mail_is_not_claimed_while_an_older_one_is_out(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    (older,) = await claim_mails(world.database, world.clock(), at_most=10)
    await world.arrives(cancelled(booking), sequence=2)
    assert await claim_mails(world.database, world.clock(), at_most=10) == []
    await settle_mails(world.database, [Ended(older, Accepted())], world.clock())
    (newer,) = await claim_mails(world.database, world.clock(), at_most=10)
    assert newer.template == "appointment_cancelled"
