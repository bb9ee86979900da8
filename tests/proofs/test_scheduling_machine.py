"""Whatever people, staff and the clock do in whatever order, B1 to B9 hold after every step."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from builders import scheduling_acts as acts
from builders.machine_engine import Engine, engine
from builders.scheduling import MONDAY
from builders.scheduling_town import DAYS, SPECIALTY, Booked, Town, new_town, some
from checker.invariants import INVARIANTS, check
from databases import Database as Made
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from proofs.sizes import FULL, size

from scheduling.usecases.mark_attendance import Mark
from shared.contracts.clinical import ReferralExpired

EXAMPLES = size(12, 400)
STEPS = size(25, 60)

ResultT = TypeVar("ResultT")
number = st.integers(min_value=0, max_value=11)
family = st.integers(min_value=0, max_value=2)
place = st.integers(min_value=0, max_value=1)
doctor = st.integers(min_value=0, max_value=2)
day = st.integers(min_value=0, max_value=DAYS - 1).map(lambda days: MONDAY + timedelta(days=days))
modes = st.sampled_from(["cancel", "move"])
own_channel = st.sampled_from(["web", "mobile"])
spans = st.sampled_from(
    [
        timedelta(seconds=1),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=5, minutes=59, seconds=59),
        timedelta(hours=18),
        timedelta(days=1),
        timedelta(days=30),
    ]
)


before = st.sampled_from(
    [
        timedelta(hours=6, seconds=1),
        timedelta(hours=6),
        timedelta(hours=5, minutes=59, seconds=59),
        timedelta(minutes=15),
        timedelta(minutes=14, seconds=59),
        timedelta(0),
    ]
)


class Scheduling(RuleBasedStateMachine):
    """Rules are what somebody does; none needs to succeed, a refusal is an answer too."""

    engine: Engine
    town: Town

    @initialize(slots=st.lists(number, min_size=3, max_size=3))
    def begin(self, slots: list[int]) -> None:
        self.town = self.engine.run(new_town(self.engine.database, self.engine.owner))
        self.engine.towns += 1
        for who, slot in enumerate(slots):
            of = self.town.families[who]
            self.engine.run(self.town.book(of, of.holder, self._slot(slot), channel="web"))

    def teardown(self) -> None:
        if hasattr(self, "town"):
            for what, times in self.town.ended.items():
                self.engine.ended[what] = self.engine.ended.get(what, 0) + times

    def _slot(self, chosen: int) -> UUID:
        slot: UUID = some(self.engine.run(self.town.slots()), chosen)
        return slot

    def _appointment(self, chosen: int) -> Booked:
        booked: Booked = some(self.town.booked[::-1], chosen)
        return booked

    @rule(who=family, member=place, slot=number, channel=own_channel)
    def book(self, who: int, member: int, slot: int, channel: str) -> None:
        of = self.town.families[who]
        work = self.town.book(of, of.members[member], self._slot(slot), channel=channel)
        self.engine.run(work)

    @rule(who=family, member=place, slot=number)
    def book_at_desk(self, who: int, member: int, slot: int) -> None:
        of = self.town.families[who]
        self.engine.run(acts.book_at_desk(self.town, of, of.members[member], self._slot(slot)))

    @precondition(lambda self: self.town.told)
    @rule(which=number)
    def send_again(self, which: int) -> None:
        """The same key gives the same bytes, whatever has happened since (R-35)."""
        key = some(list(self.town.told), which)
        (line,) = [one for one in self.town.journal if one.key == key]
        (of,) = [one for one in self.town.families if one.account_id == line.account_id]
        assert line.member_id is not None
        assert line.slot_id is not None
        work = self.town.world.book(
            of, line.slot_id, member_id=line.member_id, now=self.town.now, key=key
        )
        assert self.engine.run(work) == self.town.told[key]

    @precondition(lambda self: self.town.booked)
    @rule(which=number, channel=own_channel)
    def cancel(self, which: int, channel: str) -> None:
        work = acts.cancel(self.town, self._appointment(which), channel=channel)
        self.engine.run(work)

    @precondition(lambda self: self.town.booked)
    @rule(which=number)
    def cancel_at_desk(self, which: int) -> None:
        self.engine.run(acts.cancel_at_desk(self.town, self._appointment(which)))

    @precondition(lambda self: self.town.booked)
    @rule(which=number, slot=number)
    def move(self, which: int, slot: int) -> None:
        self.engine.run(acts.move(self.town, self._appointment(which), self._slot(slot)))

    @precondition(lambda self: self.town.booked)
    @rule(which=number, state=st.sampled_from(["attended", "no_show", "booked"]))
    def mark(self, which: int, state: Mark) -> None:
        self.engine.run(acts.mark(self.town, self._appointment(which), state))

    @rule(which=number)
    def lift(self, which: int) -> None:
        held = "SELECT array_agg(sanction_id ORDER BY imposed_at, sanction_id) FROM sanctions"
        found = self.engine.run(self.engine.owner.fetchval(held))
        if found:
            self.engine.run(acts.lift(self.town, some(found, which)))

    @rule(who=doctor, on=day, mode=modes)
    def withdraw(self, who: int, on: date, mode: Any) -> None:
        self.engine.run(acts.withdraw(self.town, who, on, mode))

    @rule(who=doctor, on=day, mode=modes)
    def be_absent(self, who: int, on: date, mode: Any) -> None:
        self.engine.run(acts.be_absent(self.town, who, on, mode))

    @rule()
    def finish(self) -> None:
        self.engine.run(acts.finish(self.town))

    @rule(who=doctor, first=day)
    def publish(self, who: int, first: date) -> None:
        self.engine.run(self.town.publish(who, first))

    @rule(who=doctor, first=day, minutes=st.sampled_from([20, 40, 59]), quota=place)
    def change_hours(self, who: int, first: date, minutes: int, quota: int) -> None:
        work = acts.change_hours(self.town, who, first, time(9, minutes), quota)
        self.engine.run(work)

    @rule(who=doctor, on=day, quota=st.integers(min_value=0, max_value=5))
    def set_quota(self, who: int, on: date, quota: int) -> None:
        self.engine.run(acts.set_quota(self.town, who, on, quota))

    @rule(who=family, member=place, days=st.sampled_from([-3, 1, 2, None]))
    def learn_of_coverage(self, who: int, member: int, days: int | None) -> None:
        of = self.town.families[who]
        until = None if days is None else MONDAY + timedelta(days=days)
        self.engine.run(self.town.coverage(of.members[member], of, until))

    @rule(who=family, member=place, on=day)
    def refer(self, who: int, member: int, on: date) -> None:
        of = self.town.families[who]
        self.engine.run(self.town.world.refer(of.members[member], SPECIALTY, on))

    @rule()
    def expire_a_referral(self) -> None:
        issued = "SELECT referral_id FROM referrals WHERE state = 'issued' ORDER BY 1 LIMIT 1"
        referral_id = self.engine.run(self.engine.owner.fetchval(issued))
        if referral_id is not None:
            fact = ReferralExpired(referral_id=referral_id, state="expired")
            self.engine.run(self.town.world.arrives(fact, sequence=2))

    @rule(span=spans)
    def wait(self, span: timedelta) -> None:
        self.town.now += span

    @precondition(lambda self: self.town.booked)
    @rule(which=number, span=before)
    def wait_until_before(self, which: int, span: timedelta) -> None:
        """The clock comes near an appointment, where the rules change by the second."""
        starts = "SELECT starts_at FROM appointments WHERE appointment_id = $1"
        booked = self._appointment(which)
        at = self.engine.run(self.engine.owner.fetchval(starts, booked.appointment_id))
        self.town.now = max(self.town.now, at - span)

    @rule(slots=st.lists(number, min_size=2, max_size=4), which=number, member=place)
    def act_at_once(self, slots: list[int], which: int, member: int) -> None:
        """Families book and cancel at the same time, at the same instant."""
        chosen = [self._slot(slot) for slot in slots]

        async def together() -> None:
            works: list[Awaitable[object]] = [
                self.town.book(of, of.members[member], slot, channel="web")
                for of, slot in zip(self.town.families * 2, chosen, strict=False)
            ]
            if self.town.booked:
                one = self._appointment(which)
                works += [acts.cancel_blindly(self.town, one) for _ in range(2)]
            await asyncio.gather(*works)

        self.engine.run(together())

    @invariant()
    def books_balance(self) -> None:
        found = self.engine.run(check(self.engine.owner, journal=self.town.journal))
        self.engine.checks += len(INVARIANTS)
        told = [f"{name} {offender}" for name, listed in found.items() for offender in listed]
        self.engine.violations += told
        assert not told, told


@pytest.fixture
async def made(new_database: Callable[[str], Awaitable[Made]]) -> Made:
    return await new_database("scheduling")


def test_r_20_to_r_35_hold_through_any_history(made: Made, figures: Callable[[str], None]) -> None:
    with engine(made) as running:
        Scheduling.engine = running
        run_state_machine_as_test(
            Scheduling,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=not FULL,
                suppress_health_check=list(HealthCheck),
            ),
        )
    acts_done = sum(running.ended.values())
    granted = sum(times for what, times in running.ended.items() if what.endswith(" ok"))
    figures(
        f"{running.towns} histories, {acts_done} acts ({granted} granted, {acts_done - granted}"
        f" refused), {running.checks} invariants checked, {len(running.violations)} violations"
    )
    for what in sorted(running.ended):
        figures(f"  {what}: {running.ended[what]}")
    assert not running.violations
    assert running.towns >= EXAMPLES
