"""Families of each kind that strangers must not be able to tell apart (R-04, R-06, R-08, R-09)."""

from builders.identity import World
from builders.roll import Line
from shared.clock import now

KINDS = ("unknown", "free", "active", "pending", "lapsed", "lapsed_active", "lapsed_pending")
"""By account and coverage; `free` and `lapsed` have no account, `unknown` is on no roll."""


async def settle(world: World, families: dict[str, list[Line]]) -> None:
    """Loads the roll, opens the accounts, then lets the lapsed lapse."""
    known = [line for kind, lines in families.items() if kind != "unknown" for line in lines]
    await world.loader.lines(known, confirmed=True, now=now())
    for kind in ("active", "pending", "lapsed_active", "lapsed_pending"):
        for line in families[kind]:
            numbers = {
                "affiliation_number": line.affiliation_number,
                "serial_number": line.serial_number,
                "email": f"f{line.affiliation_number}@example.org",
            }
            if kind.endswith("active"):
                await world.activated(**numbers)
            else:
                assert (await world.register(**numbers)).status == 202
    lapsing = {line.affiliation_number for kind in families if "lapsed" in kind
               for line in families[kind]}  # fmt: skip
    ended = [
        Line(line.affiliation_number, line.affiliation_number, line.serial_number,
             valid_to="2020-01-01" if line.affiliation_number in lapsing else "")
        for line in known
    ]  # fmt: skip
    await world.loader.lines(ended, confirmed=True, now=now())
