"""The Ecuadorian identity number, and the digit by which it checks itself."""

_LENGTH = 10
_PROVINCES = frozenset(f"{number:02}" for number in (*range(1, 25), 30, 50))
"""The 24 provinces, and 30 and 50 for those registered abroad."""
_LAST_THIRD_DIGIT = "6"
_NINE = 9


def check_digit(first_nine: str) -> str:
    """The tenth digit: modulus 10, every other digit from the first doubled, nines cast out."""
    total = 0
    for place, character in enumerate(first_nine):
        digit = int(character) * (1 if place % 2 else 2)
        total += digit - _NINE if digit > _NINE else digit
    return str(-total % 10)


def is_cedula(number: str) -> bool:
    """Whether ten ASCII digits name a province, a natural person, and end in their check digit."""
    return (
        len(number) == _LENGTH
        and number.isascii()
        and number.isdigit()
        and number[:2] in _PROVINCES
        and number[2] <= _LAST_THIRD_DIGIT
        and check_digit(number[:9]) == number[9]
    )
