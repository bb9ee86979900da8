"""An act's answer as JSON bytes, stored with its key and sent as they are (R-35)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson


def rendered(answer: Mapping[str, Any]) -> bytes:
    """Instants keep their zone's offset; ids are text."""
    return orjson.dumps(answer, default=_identifier)


def _identifier(value: object) -> str:
    # The driver's ids are a subclass, which the encoder doesn't take for a UUID.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
