"""Sets a paper in type: one page of PDF/A-2a and PDF/UA-1, the same bytes for the same paper.

The data go in as JSON beside the template, so no text of theirs is ever read as markup. Fonts are
those in typst's own package: what is installed on the machine changes nothing.
"""

import io
import json
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Literal

import segno
import typst

from clinical_records.document import words
from clinical_records.document.paper import Paper

_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
"""typst refuses to write a file that it can't make conform to these."""

_TEMPLATE = Path(__file__).parent / "sick_leave.typ"
_SHEETS = {"es-MX": "us-letter"}


def compose(paper: Paper, owner: str, fingerprint: str) -> bytes:
    """The page as PDF, not sealed yet; its date is the authorisation's.

    `owner` and `fingerprint` (SHA-256, hexadecimal) are of the certificate that will seal it.
    """
    made = _compiler().compile(
        format="pdf",
        sys_inputs={
            "data": json.dumps(_printed(paper, owner, fingerprint), ensure_ascii=False),
            "qr": _qr(paper.verify_at),
        },
        pdf_standards=[*_STANDARDS],
        timestamp=paper.authorised_at.astimezone(UTC).replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("one PDF was expected")
    return made


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        _TEMPLATE, root=_TEMPLATE.parent, font_paths=typst.Fonts(include_system_fonts=False)
    )


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", border=4, xmldecl=False, svgns=True
    )
    return drawn.getvalue().decode()


def _printed(paper: Paper, owner: str, fingerprint: str) -> dict[str, object]:
    """Every text of the page by its place in the template."""
    institute = paper.institute
    locale = institute.locale
    local = paper.authorised_at
    return {
        "sheet": _SHEETS.get(locale, "a4"),
        "region": locale.partition("-")[2],
        "name": institute.name,
        "short_name": institute.short_name,
        "system_name": institute.system_name,
        "helpline": institute.helpline,
        "primary": institute.primary,
        "on_primary": institute.on_primary,
        "accent": institute.accent,
        "text": institute.text,
        "folio": paper.folio,
        "kind": paper.kind,
        "member": paper.member,
        "number_label": paper.number_label,
        "number": paper.number,
        "days": str(paper.days),
        "days_in_words": words.number(paper.days),
        "days_noun": "día" if paper.days == 1 else "días",
        "starts_on": words.day(paper.starts_on, locale),
        "ends_on": words.day(paper.ends_on, locale),
        "issued_on": words.short_day(paper.issued_on, locale),
        "unit": paper.unit,
        "unit_address": paper.unit_address,
        "doctor": paper.doctor,
        "authoriser": paper.authoriser,
        "authorised_at": words.instant(local, locale),
        "date": [local.year, local.month, local.day],
        "verify_at": paper.verify_at,
        "subject": owner,
        "fingerprint": _in_fours(fingerprint),
    }


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4)).upper()
