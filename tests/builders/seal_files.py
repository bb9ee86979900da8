"""Keys and certificates as an institute would bring them."""

from datetime import UTC, datetime
from typing import Any, Literal, overload

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: Any, passphrase: str | None) -> bytes:
    """The private key as PKCS#8, encrypted where there is a passphrase."""
    hidden = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase.encode())
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))


@overload
def certificate_for(key: Any, *, name: str = ...) -> x509.Certificate: ...
@overload
def certificate_for(key: Any, *, name: str = ..., as_pem: Literal[True]) -> bytes: ...
def certificate_for(
    key: Any, *, name: str = "Sello de muestra", as_pem: bool = False
) -> x509.Certificate | bytes:
    """A self-signed certificate for signatures, valid from 2024 to 2040."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM) if as_pem else made
