"""Which passwords an owner may choose: long enough, not common, not made of what all know (R-10).

No rule about kinds of letters: they make passwords hard to remember, not hard to guess.
"""

import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Literal

SHORTEST, LONGEST = 8, 128
"""Code points, in NFC."""
_WORD_LETTERS = 4
"""Shorter words of the institute or of an address stand inside too many others."""
_LETTERS_BESIDE = 4

Weakness = Literal["too-short", "too-long", "unchanged", "common", "personal", "institute"]


@dataclass(frozen=True, slots=True)
class KnownWords:
    """What an attacker tries first besides the common ones: the owner's names, the institute's."""

    personal: tuple[str, ...]
    institute: tuple[str, ...]


def weakness(
    password: str, current: str, known: KnownWords, common: Container[str]
) -> Weakness | None:
    """Why the password can't be taken, or None. `common` holds lower-case passwords."""
    chosen = unicodedata.normalize("NFC", password)
    if len(chosen) < SHORTEST:
        return "too-short"
    if len(chosen) > LONGEST:
        return "too-long"
    if chosen == unicodedata.normalize("NFC", current):
        return "unchanged"
    plain = folded(chosen)
    if chosen.lower() in common or plain in common or len(set(plain)) == 1:
        return "common"
    if _little_beside(plain, words(known.personal)):
        return "personal"
    if _little_beside(plain, words(known.institute)):
        return "institute"
    return None


def folded(text: str) -> str:
    """Lower case without accents: how guessing programs see a word."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words(texts: Iterable[str]) -> list[str]:
    """Each text and its words, folded, the longest first."""
    found: set[str] = set()
    for text in texts:
        plain = folded(text)
        found |= {plain, *"".join(one if one.isalnum() else " " for one in plain).split()}
    return sorted((word for word in found if len(word) >= _WORD_LETTERS), key=len, reverse=True)


def _little_beside(plain: str, known: list[str]) -> bool:
    """Whether it is known words with hardly a letter more: digits and signs add nothing."""
    rest = plain
    for word in known:
        rest = rest.replace(word, " ")
    return rest != plain and sum(letter.isalpha() for letter in rest) < _LETTERS_BESIDE
