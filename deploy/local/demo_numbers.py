"""Affiliation and serial numbers of demo people: possible under the profile, owned by nobody."""

from random import Random
from typing import Final

from shared.profile import Profile
from shared.profile.cedula import check_digit

MEMBERS_AT_MOST: Final = 6
FAMILIES_AT_MOST: Final = 300_000

_SERIAL_LETTERS: Final = "34679ACDEFGHJKMNPQRTUVWXY"
"""Without 0 O, 1 I L, 2 Z, 5 S, 8 B."""
_LENGTHS: Final = range(8, 13)
"""Lengths of a number that are tried until one fits the profile."""


class NoDemoNumber(Exception):
    """The profile asks for numbers of a form that the generator does not know."""


def affiliation_number(profile: Profile, family: int, place: int) -> str:
    """The number of the person at a place (from 0) of a family (from 0); no two are the same."""
    ordinal = family * MEMBERS_AT_MOST + place
    if profile.identifier.check == "ec_cedula":
        # Galápagos (20) has few births: its series with third digits 2 and 3 were never given out.
        nine = f"20{2 + ordinal // 1_000_000}{ordinal % 1_000_000:06}"
        candidates = [nine + check_digit(nine)]
    else:
        candidates = [f"9{ordinal:0{length - 1}}" for length in _LENGTHS]
    return _first_valid(profile, candidates)


def foreigner_code(profile: Profile, family: int, place: int) -> str:
    """A foreigner's code where the profile has one, else a number like everybody's."""
    if profile.identifier.foreigner_pattern is None:
        return affiliation_number(profile, family, place)
    ordinal = family * MEMBERS_AT_MOST + place
    return _first_valid(profile, [f"E{ordinal:0{length}}" for length in _LENGTHS])


def _first_valid(profile: Profile, candidates: list[str]) -> str:
    for candidate in candidates:
        if profile.valid_affiliation_number(candidate) == candidate:
            return candidate
    raise NoDemoNumber(f"no demo number fits {profile.identifier.public_pattern}")


def serial_number(profile: Profile, draw: Random) -> str:
    """A family's serial: ten characters that are not mistaken for one another."""
    serial = "".join(draw.choices(_SERIAL_LETTERS, k=10))
    if profile.valid_serial_number(serial) != serial:
        raise NoDemoNumber(f"no demo serial fits {profile.serial.pattern}")
    return serial
