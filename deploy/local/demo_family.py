"""Draws one demo family: who belongs to it, since when and until when they are covered."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from deploy.local import demo_names
from deploy.local.demo_numbers import affiliation_number, foreigner_code, serial_number
from deploy.local.demo_roll import Relation, RollLine, Sex
from shared.profile import Profile

_K = TypeVar("_K")

_YEAR: Final = 365
BORN_BEFORE: Final = date(2025, 1, 1)
"""Fixed, so that a roll made on a later day changes coverage only and nobody's birthday."""
_COVERED_SINCE: Final = date(2005, 1, 1)
_YEARS_OF_ENTRY: Final = 19

_SIZES: Final = {1: 18, 2: 22, 3: 22, 4: 22, 5: 11, 6: 5}
_SPOUSE_SHARE: Final = 0.75
_FOREIGNER_SHARE: Final = 0.02
_ELSEWHERE_SHARE: Final = 0.05
"""Children and others who live, and are seen, away from the family."""
_OTHERS: Final[dict[Relation, int]] = {"child": 85, "parent": 10, "other": 5}
_KINDS: Final = {
    "open": 84,
    "end_known": 6,
    "without_serial": 3,
    "lapsed": 3,
    "ending_soon": 3,
    "one_lapsed": 1,
}
"""Families in a hundred: most are covered without an end, a few are what the rules are for."""
_FIRST_FAMILY: Final[tuple[Relation, ...]] = ("holder", "spouse", "child", "child")


@dataclass(frozen=True, slots=True)
class HomeUnits:
    """The units that people live by, and their weights added up."""

    codes: tuple[str, ...]
    steps: tuple[float, ...]

    def drawn(self, draw: random.Random) -> str:
        return draw.choices(self.codes, cum_weights=self.steps)[0]


def family(
    profile: Profile, number: int, homes: HomeUnits, on: date, draw: random.Random
) -> tuple[RollLine, ...]:
    """The lines of the family with this number (from 0) as of a day, its holder first."""
    home = homes.drawn(draw)
    # Family 0 is there to look around with: nothing odd ever happens to it.
    kind = _drawn(_KINDS, draw) if number else "open"
    relations = _relations(draw) if number else list(_FIRST_FAMILY)
    serial = serial_number(profile, draw)
    foreigner = draw.random() < _FOREIGNER_SHARE and number > 0
    valid_from = _COVERED_SINCE + timedelta(days=draw.randrange(_YEARS_OF_ENTRY * _YEAR))
    valid_to = _coverage_end(kind, on, draw)
    holder_age = draw.randrange(20, 75)
    surnames = [demo_names.surname(draw) for _ in range(4)]
    holder_number = ""
    lines = []
    for place, relation in enumerate(relations):
        numbered = foreigner_code if foreigner and place == 0 else affiliation_number
        affiliation = numbered(profile, number, place)
        holder_number = holder_number or affiliation
        sex: Sex = draw.choice(("F", "M"))
        first, second = _surnames(relation, surnames)
        born_on = BORN_BEFORE - timedelta(
            days=_age(relation, holder_age, draw) * _YEAR + draw.randrange(1, _YEAR)
        )
        elsewhere = number > 0 and relation in _OTHERS and draw.random() < _ELSEWHERE_SHARE
        one_lapsed = kind == "one_lapsed" and place == len(relations) - 1
        lines.append(
            RollLine(
                affiliation_number=affiliation,
                holder_number=holder_number,
                serial_number="" if kind == "without_serial" else serial,
                given_names=demo_names.given_names(draw, sex),
                first_surname=first,
                second_surname=second,
                birth_on=born_on,
                sex=sex,
                relation=relation,
                home_unit=homes.drawn(draw) if elsewhere else home,
                valid_from=valid_from,
                valid_to=_coverage_end("lapsed", on, draw) if one_lapsed else valid_to,
            )
        )
    return tuple(lines)


def _drawn(weights: dict[_K, int], draw: random.Random) -> _K:
    return draw.choices(tuple(weights), tuple(weights.values()))[0]


def _relations(draw: random.Random) -> list[Relation]:
    size = _drawn(_SIZES, draw)
    relations: list[Relation] = ["holder"]
    if size > 1 and draw.random() < _SPOUSE_SHARE:
        relations.append("spouse")
    while len(relations) < size:
        relations.append(_drawn(_OTHERS, draw))
    return relations


def _coverage_end(kind: str, on: date, draw: random.Random) -> date | None:
    match kind:
        case "lapsed":
            return on - timedelta(days=draw.randrange(1, 300))
        case "ending_soon":
            return on + timedelta(days=draw.randrange(2, 26))
        case "end_known":
            return on + timedelta(days=draw.randrange(_YEAR, 3 * _YEAR))
        case _:
            return None


def _surnames(relation: Relation, drawn: list[str]) -> tuple[str, str]:
    """First and second surname: a child has the first of each parent, as the custom is."""
    own, mother, partner, other = drawn
    match relation:
        case "spouse":
            return partner, other
        case "child":
            return own, partner
        case "parent":
            return own, other
        case _:
            return own, mother


def _age(relation: Relation, holder_age: int, draw: random.Random) -> int:
    """Years, on the day before which everybody is born."""
    match relation:
        case "spouse":
            return max(18, holder_age + draw.randrange(-8, 9))
        case "child":
            return draw.randrange(min(holder_age - 18, 25) + 1)
        case "parent":
            return min(99, holder_age + draw.randrange(20, 35))
        case "other":
            return draw.randrange(80)
        case _:
            return holder_age
