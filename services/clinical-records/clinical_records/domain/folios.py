"""The folio of a sick leave: printed, asked for by strangers, never to be guessed (R-44)."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which paper and ear confuse."""
BITS = 80


def folio(bits: int) -> str:
    """80 random bits as `XXXX-XXXX-XXXX-XXXX`."""
    letters = "".join(ALPHABET[bits >> shift & 31] for shift in range(BITS - 5, -5, -5))
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))
