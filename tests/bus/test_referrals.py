"""Referrals reach scheduling over the real bus, from clinical-records' login alone."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from builders.messaging import Bus, consuming, until
from builders.scheduling import MONDAY, NOW, PROFILE, World, outcomes
from databases import Database as Made

from scheduling import consumers
from scheduling.usecases.adopt_profile import adopt_profile
from shared import outbox
from shared.contracts.clinical import ReferralDescribed, ReferralIssued, ReferralUsed
from shared.contracts.event import Fact
from shared.database import open_database
from shared.ids import uuid7

QUEUE = "scheduling.referrals"
SPECIALTY = "ginecologia"


async def tells(bus: Bus, login: str, fact: Fact, sequence: int) -> None:
    body = outbox.envelope(fact, event_id=uuid7(), sequence=sequence, now=NOW)
    await bus.send(login, fact.exchange(), fact.routing_key, body, body)


async def test_r_46_a_specialty_opens_and_closes_by_events_that_come_twice_and_out_of_order(
    bus: Bus, new_database: Callable[[str], Awaitable[Made]]
) -> None:
    await bus.purge(QUEUE)
    (subscription,) = [one for one in consumers.SUBSCRIPTIONS if one.queue == QUEUE]
    made = await new_database("scheduling")
    async with open_database(made.app_url, name="test", size=6) as database:
        await adopt_profile(database, PROFILE)
        world = World(database)
        family = await world.family(size=2)
        day = await world.day(service=SPECIALTY)

        async def ends(slot: UUID) -> str:
            return (await outcomes([lambda: world.book(family, slot)]))[0]

        async def known(count: int) -> bool:
            return await world.value("SELECT count(*) FROM inbox") == count

        referral_id = uuid7()
        described = ReferralDescribed(
            referral_id=referral_id, member_id=family.holder, service=SPECIALTY, valid_to=MONDAY
        )
        handlers = dict(subscription.handlers)
        async with consuming(database, bus.url("scheduling"), QUEUE, handlers):
            before = await ends(day.slots[0])
            await tells(bus, "clinical", described, 1)
            await tells(bus, "clinical", ReferralIssued(referral_id=referral_id, state="issued"), 1)
            await until(lambda: known(2))
            granted = await ends(day.slots[0])

            other = uuid7()
            used = ReferralUsed(referral_id=other, state="used")
            moved = described.model_copy(update={"referral_id": other})
            await tells(bus, "clinical", used, 2)
            await tells(bus, "clinical", ReferralIssued(referral_id=other, state="issued"), 1)
            await tells(bus, "clinical", moved, 1)
            await until(lambda: known(5))
            closed = await ends(day.slots[2])

    assert (before, granted, closed) == ("referral-required", "ok", "referral-required")
    assert await bus.depth(f"{QUEUE}.dead") == 0
