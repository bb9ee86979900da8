"""The mail server hangs for the length of many bookings: they don't notice, and nothing is lost.

Bookings come at an even pace, alive before, dead, alive after; the slowest hundredths are compared.
The mail server is stopped as a hung machine is: it takes connections and says nothing.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from builders.outage import activated, book, copies, drained, stopped, wishes
from builders.system import System
from builders.system_start import running_system
from proofs.sizes import FULL, size

BOOKINGS = size(100, 5_000)
"""While the mail server is dead; as many with it alive, half before and half after."""
PER_SECOND = size(25, 20)
FAMILIES = size(80, 2_600)
DRAIN_SECONDS = 60.0 + BOOKINGS / 5
LONGEST_SECONDS = 3.0
RATIO = 1.5
"""p99 dead against alive, on a machine that does nothing else. Phases of one run differ by as much
with the server alive, so nobody could promise less."""


@pytest.fixture(scope="session")
async def large_town(servers_folder: Path) -> AsyncIterator[System]:
    """Large enough for the full proof."""
    folder = servers_folder / "run-outage"
    async with running_system(folder, institute="issstecali", families=6_000) as running:
        yield running


@pytest.fixture
def town(request: pytest.FixtureRequest) -> System:
    """The session's system, or the full proof's own."""
    running: System = request.getfixturevalue("large_town" if FULL else "system")
    return running


async def test_r_51_bookings_do_not_notice_a_dead_mail_server(
    town: System, figures: Callable[[str], None]
) -> None:
    wanted = await wishes(town, await activated(town, FAMILIES), 2 * BOOKINGS)
    half = BOOKINGS // 2
    before = await book(wanted[:half], PER_SECOND)
    # What is in the server's hands at the moment it stops may come twice: the crash proofs are of
    # that window. Here none is, and so each mail must come once.
    await drained(town, before.appointments, DRAIN_SECONDS)
    with stopped(town.pid("mailbox")):
        dead = await book(wanted[half:-half], PER_SECOND)
        unsent = await town.value(
            "notifications", "SELECT count(*) FROM mails WHERE state IN ('queued', 'sending')"
        )
    seconds = await drained(town, before.appointments + dead.appointments, DRAIN_SECONDS)
    after = await book(wanted[-half:], PER_SECOND)
    alive = before.and_(after)
    everything = alive.and_(dead)
    await drained(town, everything.appointments, DRAIN_SECONDS)

    ratio = dead.percentile(0.99) / alive.percentile(0.99)
    for name, phase in (("alive before", before), ("dead", dead), ("alive after", after)):
        figures(f"mail server {name}: {phase.told()}")
    figures(f"p99 dead / alive: {ratio:.2f}; slowest while dead {dead.percentile(1.0):.2f} s")
    figures(f"{unsent} mails waited when it came back; all were sent {seconds:.0f} s later")
    found = await copies(town, everything.appointments)
    figures(f"{len(everything.appointments)} bookings, {found.total()} mails in the mailbox")
    assert everything.statuses == {201: 2 * BOOKINGS}
    assert unsent >= BOOKINGS // 2
    assert found == dict.fromkeys(everything.appointments, 1)
    assert dead.percentile(1.0) < LONGEST_SECONDS
    if FULL:
        assert ratio <= RATIO
