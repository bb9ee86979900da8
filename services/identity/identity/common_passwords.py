"""The passwords that most people choose: 30,000, from the frequency lists of zxcvbn (MIT)."""

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS


@cache
def common_passwords() -> frozenset[str]:
    """In lower case, as the list is; built once, when the first is asked for."""
    return frozenset(FREQUENCY_LISTS["passwords"])
