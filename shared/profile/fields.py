"""The kinds of value that a profile is made of, each with the rule that judges it."""

import re
from collections.abc import Callable
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class Part(BaseModel):
    """A piece of the profile: exact types, no unknown keys, never changed after loading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a control character")
    if text != text.strip():
        raise ValueError("begins or ends with a space")
    return text


def _known_zone(key: str) -> str:
    try:
        ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # A folder of the zone database ("America") is an OSError, "../x" a ValueError.
        raise ValueError(f"{key!r} is not a zone of the IANA database") from error
    return key


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return pattern


def unique(*names: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A validator: no two items of the tuple have the same value of an attribute in `names`."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        faults: list[str] = []
        for name in names:
            values = [getattr(item, name) for item in items]
            faults += [
                f"{name} {value!r} stands more than once"
                for value in dict.fromkeys(values)
                if values.count(value) > 1
            ]
        if faults:
            raise ValueError("; ".join(faults))
        return items

    return check


Text = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_printable)]
"""One printable line that is not empty."""

OptionalText = Annotated[str, StringConstraints(max_length=400), AfterValidator(_printable)]
"""One printable line, or nothing."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
"""A name that programs use: `medicina_general`."""

UnitCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,19}$")]
"""The key of a medical unit in its country's register: `BCIMB000413`."""

Zone = Annotated[str, AfterValidator(_known_zone)]
"""A zone of the IANA database: `America/Tijuana`."""

Pattern = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_regular_expression)
]
"""A regular expression over the whole canonical value; ASCII only, usable by a browser, too."""

Address = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]+$")
]
"""The address part of a mailbox."""
