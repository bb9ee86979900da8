"""Casts the trace: which family of the demo institute plays each patient, and in which unit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deploy.local.replay.institute import Unit
from deploy.local.replay.trace import Request


@dataclass(frozen=True, slots=True)
class Part:
    """A patient's part: the holder's number of the family that plays it, and its unit."""

    patient: str
    unit: Unit
    holder_number: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """Units that need more families than they have free, by the trace's number of the unit."""

    needed: dict[int, int]
    found: dict[int, int]
    units: int
    """How many units with agendas there are."""


def home_units(requests: Iterable[Request]) -> dict[str, int]:
    """Each patient's unit by its number in the trace: where the first booking was made."""
    homes: dict[str, int] = {}
    for request in requests:
        homes.setdefault(request.patient, request.unit)
    return homes


def cast(
    homes: Mapping[str, int], units: list[Unit], families: Mapping[str, list[str]]
) -> list[Part] | Shortage:
    """Give every patient a family that lives in the unit; unit k is the k-th busiest one.

    `families` are holders' numbers by unit, in the order in which they are to be taken.
    """
    wanted = Counter(homes.values())
    found = {
        number: len(families.get(units[number].code, [])) if number < len(units) else 0
        for number in wanted
    }
    if any(wanted[number] > found[number] for number in wanted):
        return Shortage(dict(wanted), found, len(units))
    taken: dict[int, int] = defaultdict(int)
    parts = []
    for patient, number in homes.items():
        unit = units[number]
        parts.append(Part(patient, unit, families[unit.code][taken[number]]))
        taken[number] += 1
    return parts
