"""What staff typed to find a mail by: an id, a folio, or an e-mail address, whole (R-52)."""

import re
from dataclasses import dataclass
from uuid import UUID

from notifications.domain.contact import PREFIX

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FOLIO = re.compile(rf"(?:{PREFIX})?[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")


@dataclass(frozen=True, slots=True)
class Lookup:
    """At most one is given. `folio` is its 60 bits in hexadecimal, `email` in lower case."""

    identifier: UUID | None = None
    folio: str | None = None
    email: str | None = None


def lookup(text: str) -> Lookup | None:
    """None for what can't be any of them: then nothing is found."""
    given = text.strip()
    if "@" in given:
        return Lookup(email=given.lower())
    if _FOLIO.fullmatch(given.upper()):
        return Lookup(folio=_bits(given.upper().removeprefix(PREFIX)))
    try:
        return Lookup(identifier=UUID(given))
    except ValueError:
        return None


def _bits(folio: str) -> str:
    value = 0
    for letter in folio.replace("-", ""):
        value = value << 5 | _ALPHABET.index(letter)
    return f"{value:015x}"
