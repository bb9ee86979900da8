"""Where a day's appointments would go (R-32): the preview and the act ask the same plan."""

from collections.abc import Sequence
from datetime import timedelta

from scheduling.domain.moving import Place, Why, plan
from scheduling.repository import affected
from scheduling.repository.affected import Affected
from scheduling.repository.withdrawals import Agenda, Mode
from shared.database import Transaction

Ends = list[tuple[Affected, Place | Why | None]]
"""What becomes of each appointment: its place, why it has none, or None where none is sought."""


async def plan_moves(
    tx: Transaction,
    agenda: Agenda,
    found: Sequence[Affected],
    mode: Mode,
    *,
    horizon_days: int,
    hold: bool,
) -> Ends:
    """Plans for the appointments, in order; with `hold` every place given is the transaction's.

    Places are sought up to the booking horizon after the day itself, never before the time that
    was agreed. One that somebody is booking at this moment is left to them.
    """
    if mode == "cancel" or not found:
        return [(one, None) for one in found]
    first = found[0].starts_at
    until = agenda.date + timedelta(days=horizon_days)
    places = await affected.places(tx, agenda, after=first, until=until)
    busy = await affected.busy(tx, [one.member_id for one in found], first)
    moving = [one.moving for one in found]
    while True:
        given = plan(moving, places, busy)
        wanted = {place.slot_id for place in given.values() if isinstance(place, Place)}
        lost = wanted - await affected.hold(tx, list(wanted)) if hold else set()
        if not lost:
            return [(one, given[one.appointment_id]) for one in found]
        places = [place for place in places if place.slot_id not in lost]
