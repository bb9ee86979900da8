"""The institute's Spanish: gettext for words, Babel for dates.

The source language is Mexican Spanish, which says tú; a catalogue per other locale says it the way
its people do (`locale/es_EC.po`).
"""

import gettext
import io
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "locale"
_MOMENT = "EEEE d 'de' MMMM 'de' y, H:mm"


class Words:
    """Call it with a text for the institute's way of saying it; `locale` is `es-EC`."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._babel = Locale.parse(locale, sep="-")
        self._translations = _catalogue(CATALOGUES / f"{self._babel}.po")

    def __call__(self, text: str) -> str:
        return self._translations.gettext(text)

    def moment(self, instant: datetime, zone: ZoneInfo) -> str:
        """`martes 1 de diciembre de 2026, 9:30`, by the clocks of that zone."""
        return format_datetime(instant.astimezone(zone), _MOMENT, locale=self._babel)


def _catalogue(path: Path) -> gettext.NullTranslations:
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
