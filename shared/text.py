"""Text and instants as the edge accepts them: ASCII digits, no controls, no look-alike tricks."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

# Bidirectional overrides and isolates can make a text read as another one.
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Strict(BaseModel):
    """A request's model: exact types, no unknown field (decision 10)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _readable(value: str, allowed: str = "") -> str:
    for letter in value:
        if letter in _BIDI or (letter not in allowed and unicodedata.category(letter) == "Cc"):
            raise ValueError("control or direction characters are not allowed")
    if not value.strip():
        raise ValueError("the text is empty")
    return value


def _paragraphs(value: str) -> str:
    return _readable(value, "\n\r\t")


Line = Annotated[str, AfterValidator(_readable)]
"""One line of text, not blank."""

Trimmed = Annotated[Line, AfterValidator(str.strip)]
"""Without the blanks around it, which count for no length."""

Paragraphs = Annotated[str, AfterValidator(_paragraphs)]
"""Several lines of text, not blank."""

ShortLine = Annotated[Line, Field(max_length=200)]


def _rfc3339(value: Any) -> Any:
    # Pydantic reads 0 and "0" as 1970, even where it is strict.
    if isinstance(value, (int, float)) or (
        isinstance(value, str) and not _RFC3339.fullmatch(value)
    ):
        raise ValueError("an instant with an offset is expected (RFC 3339)")
    return value


def _in_calendar(value: datetime) -> datetime:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the instant is out of range") from None
    return value


RequestInstant = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_calendar)]
"""An instant as a client sends it: RFC 3339 with an offset, nothing else."""
