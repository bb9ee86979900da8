"""What a file says about itself: whose seal it carries, whether it holds, which folios it names."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from clinical_records.document.sealing import Certificate
from clinical_records.domain.folios import ALPHABET

_FOLIO = re.compile(rb"(?<![%b-])(?:[%b]{4}-){3}[%b]{4}(?![%b-])" % ((ALPHABET.encode(),) * 4))
LARGEST_BYTES = 8 * 1024 * 1024
"""A paper has some 70 kB; more than this is nothing of ours."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`sealed_by` is the fingerprint of the certificate that the file shows, None without one.

    `sound`: exactly one signature, by that certificate, intact, over the whole file. Whether it
    was valid then and is known here is the caller's to ask.
    """

    sealed_by: bytes | None
    sound: bool
    folios: tuple[str, ...]


async def examine(content: bytes, known: Sequence[Certificate], at: datetime) -> Evidence:
    """Judges a file by the certificates `known`, as of the instant `at`. Never raises."""
    found = _FOLIO.findall(content[:LARGEST_BYTES])
    folios = tuple(sorted({folio.decode("ascii") for folio in found}))
    if len(content) > LARGEST_BYTES:
        return Evidence(None, sound=False, folios=folios)
    sealed_by = None
    try:
        signatures = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
        if not signatures:
            return Evidence(None, sound=False, folios=folios)
        shown = signatures[-1].signer_cert
        sealed_by = Certificate(shown.dump()).fingerprint
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(one.der) for one in known],
            moment=at,
            allow_fetching=False,
        )
        status = await async_validate_pdf_signature(signatures[0], context)
        sound = (
            len(signatures) == 1
            and status.bottom_line
            and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        )
    except Exception:  # noqa: BLE001  # a damaged file breaks its readers in any way at all
        sound = False
    return Evidence(sealed_by, sound=sound, folios=folios)
