"""The numbers a person types: which are possible in this institute, and their one stored form."""

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from shared.profile.cedula import is_cedula
from shared.profile.fields import OptionalText, Part, Pattern, Text

_LONGEST: Final = 40
_SEPARATORS: Final = str.maketrans("", "", " -")
_PHONE_SEPARATORS: Final = str.maketrans("", "", " -().")

_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "none": lambda _number: True,
    "ec_cedula": is_cedula,
}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _matches(pattern: str, value: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


def _canonical(text: str) -> str | None:
    """Without spaces and hyphens, in capitals; None for what no number can be.

    Only ASCII passes: a digit of another script would be a second way to write one number.
    """
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        return None
    return text.translate(_SEPARATORS).upper()


class Identifier(Part):
    """The affiliation number: its label, its form, and how it checks itself."""

    label: Text
    hint: Text
    pattern: Pattern
    check: Literal["none", "ec_cedula"] = "none"
    foreigner_pattern: Pattern | None = None
    """Form of the code of who has no such number (R-61); it carries no check digit."""

    def valid(self, text: str) -> str | None:
        """The canonical affiliation number in `text`, or None when it cannot be one."""
        number = _canonical(text)
        if number is None:
            return None
        if _matches(self.pattern, number) and _CHECKS[self.check](number):
            return number
        if self.foreigner_pattern is not None and _matches(self.foreigner_pattern, number):
            return number
        return None

    @property
    def public_pattern(self) -> str:
        """Every canonical form, as one expression that a browser can use."""
        if self.foreigner_pattern is None:
            return self.pattern
        return f"(?:{self.pattern})|(?:{self.foreigner_pattern})"


class Serial(Part):
    """The second proof of belonging: the card's serial, or a code handed out in person."""

    label: Text
    hint: Text
    pattern: Pattern

    def valid(self, text: str) -> str | None:
        """The canonical serial in `text`, or None when it cannot be one."""
        serial = _canonical(text)
        return serial if serial is not None and _matches(self.pattern, serial) else None


class Phone(Part):
    """Telephone numbers of the country, stored as their national digits."""

    country_code: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")]
    trunk_prefix: OptionalText = ""
    """What stands before the national number inside the country, and not after `+country`."""
    pattern: Pattern
    hint: Text

    def valid(self, text: str) -> str | None:
        """The national digits of the number in `text`, or None when it cannot be one."""
        if len(text) > _LONGEST or not text.isascii() or not text.isprintable():
            return None
        digits = text.translate(_PHONE_SEPARATORS)
        if digits.startswith("+"):
            if not digits.startswith(f"+{self.country_code}"):
                return None
            national = digits[1 + len(self.country_code) :].removeprefix(self.trunk_prefix)
            digits = self.trunk_prefix + national
        return digits if _matches(self.pattern, digits) else None
