"""Passwords: how one is generated, and in which form one is compared (R-07, R-08)."""

import secrets
import unicodedata

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 signs; none is taken for another: no 0 or o, no 1, i or l."""
GENERATED_LETTERS = 16
"""79 bits."""
LONGEST_BYTES = 1024


def generate() -> str:
    """A password to be shown once and mailed once."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GENERATED_LETTERS))


def comparable(password: str) -> bytes:
    """NFC in UTF-8: keyboards spell the same accent in two ways. Nothing is trimmed."""
    return unicodedata.normalize("NFC", password).encode()
