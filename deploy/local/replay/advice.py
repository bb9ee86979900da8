"""How large the demo institute must be for a trace: tried on generated people, not guessed."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from deploy.local.demo_numbers import FAMILIES_AT_MOST
from deploy.local.people import families, home_unit_weights
from deploy.local.replay.families import COVERED_DAYS, RESERVED
from shared.profile import Profile

_STEP = 500
_GROWTH = 1.1
_FREE_SHARE = 0.9
"""About so many families in a hundred are covered beyond the horizon."""


def families_needed(profile: Profile, needed: Mapping[int, int], on: date) -> int | None:
    """The DEMO_FAMILIES (a multiple of 500) with which every unit has enough, None if none has.

    `needed` is the number of families by unit, 0 the busiest.
    """
    if max(needed) >= len(profile.units):
        return None
    count = _STEP
    while count <= FAMILIES_AT_MOST:
        if not _expected(profile, needed, count):
            count += _STEP
        elif not _suffices(profile, needed, count, on):
            count = _STEP * (int(count * _GROWTH) // _STEP + 1)
        else:
            return count
    return None


def _expected(profile: Profile, needed: Mapping[int, int], count: int) -> bool:
    """Whether units of average luck have enough: worked out in no time, where trying takes some."""
    weights = [*home_unit_weights(profile, count).values()]
    each = (count * _FREE_SHARE - RESERVED) / sum(weights)
    return all(
        number < len(weights) and each * weights[number] >= wanted
        for number, wanted in needed.items()
    )


def _suffices(profile: Profile, needed: Mapping[int, int], count: int, on: date) -> bool:
    members: Counter[str] = Counter()
    free: Counter[str] = Counter()
    last = on + timedelta(days=COVERED_DAYS)
    spare = RESERVED
    for lines in families(profile, count, on):
        holder = lines[0]
        members.update(line.home_unit for line in lines)
        if holder.valid_from <= on and (holder.valid_to is None or holder.valid_to > last):
            # The first that can register are the ones that are promised to others.
            if spare and holder.serial_number and holder.valid_to is None:
                spare -= 1
            else:
                free[holder.home_unit] += 1
    units = [unit for unit, _ in sorted(members.items(), key=lambda one: (-one[1], one[0]))]
    return all(
        number < len(units) and free[units[number]] >= wanted for number, wanted in needed.items()
    )
