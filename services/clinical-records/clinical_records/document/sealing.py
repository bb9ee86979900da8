"""Puts the institute's electronic signature over a composed page: PAdES baseline B-B.

The signature covers the whole file and certifies it: nothing may be added later. It has no time
stamp of an authority (B-T), because sealing must work where no network leads out.
Source: ETSI EN 319 142-1; ISO 32000-2, 12.8.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, Signer, sign_pdf

from clinical_records.document.keys import DEVELOPMENT, KeyUnusable

FIELD = "Sello"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that documents are sealed with; `der` is its bytes (RFC 5280)."""

    der: bytes

    @property
    def parsed(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of its bytes: what it is known by."""
        return self.parsed.fingerprint(SHA256())

    @property
    def owner(self) -> str:
        """Whose it is, as a person reads it: common name, else organisation."""
        subject = self.parsed.subject
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            for attribute in subject.get_attributes_for_oid(kind):
                return str(attribute.value)
        return subject.rfc4514_string()

    @property
    def for_development(self) -> bool:
        units = self.parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        return any(unit.value == DEVELOPMENT for unit in units)

    def holds_at(self, instant: datetime) -> bool:
        """Whether the instant is within its validity."""
        parsed = self.parsed
        return parsed.not_valid_before_utc <= instant <= parsed.not_valid_after_utc


def certificate_of(signer: Signer) -> Certificate:
    """The certificate whose key signs. Raises KeyUnusable where there is none."""
    found = signer.signing_cert
    if found is None:
        raise KeyUnusable("no certificate of this key")
    return Certificate(found.dump())


def assert_fit(certificate: Certificate, now: datetime, *, production: bool) -> None:
    """Raises KeyUnusable for a certificate that must not seal now."""
    if not certificate.holds_at(now.astimezone(UTC)):
        raise KeyUnusable("the certificate is outside its validity")
    if production and certificate.for_development:
        raise KeyUnusable("a development certificate")


def seal(pdf: bytes, signer: Signer, folio: str) -> bytes:
    """The file with its seal; the signing time in it is this machine's clock's."""
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=f"Sello digital de incapacidad, folio {folio}",
    )
    sealed = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer)
    return bytes(sealed.getbuffer())
