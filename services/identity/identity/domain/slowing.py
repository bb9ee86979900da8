"""Slowing down who fails: after how many failures, and for how long (R-04, R-08)."""

from dataclasses import dataclass
from datetime import timedelta

NAME_FREE_FAILURES = 4
"""The delay of a login name begins at the fifth failure."""
NAME_FIRST_DELAY = timedelta(seconds=10)
NAME_LONGEST_DELAY = timedelta(minutes=15)
"""Never a lock for ever: whoever fails on purpose delays the owner by this much at most."""
NAME_FORGOTTEN = timedelta(hours=24)

ADDRESS_FREE_FAILURES = 99
"""Mobile carriers put thousands of phones behind one address."""
ADDRESS_WINDOW = timedelta(hours=1)
ADDRESS_LONGEST_DELAY = timedelta(seconds=5)

SERIALS_PER_NUMBER = 5
SERIAL_NUMBER_WINDOW = timedelta(hours=24)
SERIALS_PER_ADDRESS = 20
SERIAL_ADDRESS_WINDOW = timedelta(hours=1)

MAILS_PER_NAME = 5
MAILS_PER_ADDRESS = 100
"""Asked for within the hour; beyond them the answer is the same and nothing is sent."""
MAILS_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is borne by name, number or account; what an address may do isn't among it."""

    free_failures: int = NAME_FREE_FAILURES
    serials: int = SERIALS_PER_NUMBER
    mails: int = MAILS_PER_NAME
    between_links: bool = True
    """Whether a link must wait for the one before it to be some seconds old (R-06)."""


LIFTED = Limits(free_failures=2**31, serials=2**31, mails=2**31, between_links=False)
"""To measure with one name many times. Counted as ever: only what follows from it is left out."""


def serial_address_delay(failures: int) -> timedelta:
    """How long an address waits after this many wrong serials within the hour: seconds, no more.

    Thousands of phones stand behind one address: the number's own limit is what ends guessing.
    """
    beyond = max(0, failures - SERIALS_PER_ADDRESS + 1)
    return min(timedelta(seconds=beyond), ADDRESS_LONGEST_DELAY)


def name_delay(failures: int, limits: Limits) -> timedelta:
    """How long a login name waits after this many failures in a row: doubled each time."""
    beyond = failures - limits.free_failures - 1
    if beyond < 0:
        return timedelta(0)
    doubled: int = 2 ** min(beyond, 20)
    return min(NAME_FIRST_DELAY * doubled, NAME_LONGEST_DELAY)


def address_delay(failures: int) -> timedelta:
    """How long an address waits after this many failures within the hour: seconds, no more."""
    beyond = max(0, failures - ADDRESS_FREE_FAILURES)
    return min(timedelta(seconds=beyond), ADDRESS_LONGEST_DELAY)
