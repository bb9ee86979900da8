"""Numbers of days and dates in Spanish words, as official papers write them."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

_SMALL = (
    "cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiún", "veintidós", "veintitrés", "veinticuatro",
    "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
_TENS = (
    "", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa",
)  # fmt: skip
_HUNDREDS = (
    "", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
    "setecientos", "ochocientos", "novecientos",
)  # fmt: skip
_LARGEST = 999


def number(value: int) -> str:
    """1 to 999 in words, as they stand before a masculine noun: `veintiún`, `treinta y un`."""
    if not 0 < value <= _LARGEST:
        raise ValueError("only 1 to 999")
    hundreds, rest = divmod(value, 100)
    if value == 100:  # noqa: PLR2004  # the one hundred that has a word of its own
        return "cien"
    return " ".join(part for part in (_HUNDREDS[hundreds], _below_hundred(rest)) if part)


def _below_hundred(value: int) -> str:
    if value == 0:
        return ""
    if value < len(_SMALL):
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] if ones == 0 else f"{_TENS[tens]} y {_SMALL[ones]}"


def day(value: date, locale: str) -> str:
    """`lunes 2 de marzo de 2026`."""
    return str(format_date(value, "EEEE d 'de' MMMM 'de' y", locale=locale.replace("-", "_")))


def short_day(value: date, locale: str) -> str:
    """`2 de marzo de 2026`."""
    return str(format_date(value, "d 'de' MMMM 'de' y", locale=locale.replace("-", "_")))


def instant(value: datetime, locale: str) -> str:
    """`2 de marzo de 2026, 14:05`, by the clocks that the instant is given in."""
    form = "d 'de' MMMM 'de' y, HH:mm"
    return str(format_datetime(value, form, locale=locale.replace("-", "_")))
