"""Makes the demo institute's people: `python -m deploy.local.people OUT.csv`, for any profile.

The same profile, day and number of families always give the same file. A family is drawn from its
own number, so memory stays flat and the first thousand families are the same in a longer roll, but
for their home units: those spread over more units when there are more families to fill them.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.local import demo_roll
from deploy.local.demo_family import BORN_BEFORE, HomeUnits, family
from deploy.local.demo_numbers import FAMILIES_AT_MOST
from deploy.local.demo_roll import RollLine
from shared.clock import local_day, now
from shared.profile import Profile, ProfileInvalid, load_profile

INSTITUTES: Final = Path(__file__).parents[1] / "institutes"

_FAMILIES_PER_UNIT: Final = 12
_LEAST_UNITS: Final = 8
_SKEW: Final = 3
"""Weight of the unit at rank r is 1 / (r + 1 + skew): an eighth of the units serves two fifths."""


def home_unit_weights(profile: Profile, families: int) -> dict[str, float]:
    """The units that a roll of so many families lives in, the busiest first, with their weights."""
    served = min(len(profile.units), max(_LEAST_UNITS, families // _FAMILIES_PER_UNIT))
    return {unit.code: 1 / (rank + 1 + _SKEW) for rank, unit in enumerate(profile.units[:served])}


def families(profile: Profile, count: int, on: date) -> Iterator[tuple[RollLine, ...]]:
    """The families of the demo roll as of a day, one after the other, each with its holder first.

    Raises ValueError over FAMILIES_AT_MOST, and for a day before 2025.
    """
    if not 0 < count <= FAMILIES_AT_MOST:
        raise ValueError(f"between 1 and {FAMILIES_AT_MOST:,} families, not {count:,}")
    if on < BORN_BEFORE:
        raise ValueError(f"demo people are born before {BORN_BEFORE}: no roll as of {on}")
    weights = home_unit_weights(profile, count)
    homes = HomeUnits(tuple(weights), tuple(accumulate(weights.values())))
    for number in range(count):
        # The dice only have to fall the same way every time; nothing here is a secret.
        draw = random.Random(f"{profile.code}/{number}")  # noqa: S311  # generated demo people
        yield family(profile, number, homes, on, draw)


def write_roll(profile: Profile, path: Path, count: int, on: date) -> int:
    """Writes the roll of so many families, as of a day; returns how many people it names."""
    people = (line for lines in families(profile, count, on) for line in lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        return demo_roll.write(people, file)


def main(
    out: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    institute: Annotated[str, typer.Option(envvar="INSTITUTE")] = "issstecali",
    count: Annotated[
        int, typer.Option("--families", envvar="DEMO_FAMILIES", min=1, max=FAMILIES_AT_MOST)
    ] = 1000,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="By default today there.")
    ] = None,
) -> None:
    """Writes the roll of the demo institute's people."""
    try:
        profile = load_profile(INSTITUTES / institute)
    except ProfileInvalid as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    day = on.date() if on else local_day(now(), profile.zone_info)
    people = write_roll(profile, out, count, day)
    typer.echo(f"{people:,} people in {count:,} families written to {out}")


if __name__ == "__main__":
    typer.run(main)
