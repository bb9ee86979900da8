"""The institute's sealing key: where it is kept, and how it is opened by whoever signs.

The process that serves requests holds a source and never the key itself: a worker opens it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

DEVELOPMENT = "Sello de desarrollo, sin validez"
"""The organisational unit of certificates that `make run` makes; production seals with none."""
_PKCS12 = {".p12", ".pfx"}
_RSA_BITS = 2048


class KeyUnusable(Exception):
    """The sealing key can't be used; the text says why, and holds no secret."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """PKCS#12 (`.p12`, `.pfx`), or PEM with the key, its certificate and the certificates above."""

    path: Path
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KeyToken:
    """A key that never leaves its device, by PKCS#11: module, token's label, key's label, PIN.

    `certificate` is a PEM file; without it the certificate under the key's label is the token's.
    """

    module: Path
    token: str
    key: str
    pin: str = field(repr=False)
    certificate: Path | None = None


KeySource = KeyFile | KeyToken


def open_signer(source: KeySource) -> Signer:
    """What signs with the key. Raises KeyUnusable, for a device that is away, too."""
    try:
        return _from_file(source) if isinstance(source, KeyFile) else _from_token(source)
    except KeyUnusable:
        raise
    except Exception as error:  # each library has errors of its own, and all mean the same here
        raise KeyUnusable(type(error).__name__) from error


def _from_file(source: KeyFile) -> Signer:
    content = source.path.read_bytes()
    passphrase = None if source.passphrase is None else source.passphrase.encode()
    if source.path.suffix.lower() in _PKCS12:
        held = load_pkcs12(content, passphrase)
        key = held.key
        chain = [one.certificate for one in (held.cert, *held.additional_certs) if one is not None]
    else:
        key = load_pem_private_key(content, passphrase)
        chain = x509.load_pem_x509_certificates(content)
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyUnusable("neither an RSA nor an elliptic curve key")
    if isinstance(key, RSAPrivateKey) and key.key_size < _RSA_BITS:
        raise KeyUnusable(f"an RSA key of less than {_RSA_BITS} bits")
    public = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    own = key.public_key().public_bytes(*public)
    mine = [one for one in chain if one.public_key().public_bytes(*public) == own]
    if not mine:
        raise KeyUnusable("no certificate of this key beside it")
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # its one untyped method
    registry.register_multiple([_asn1(one) for one in chain])
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_asn1(mine[0]),
        signing_key=asn1_keys.PrivateKeyInfo.load(plain),
        cert_registry=registry,
    )


def _from_token(source: KeyToken) -> Signer:
    session = open_pkcs11_session(
        str(source.module), token_criteria=TokenCriteria(label=source.token), user_pin=source.pin
    )
    chain = []
    if source.certificate is not None:
        content = source.certificate.read_bytes()
        chain = [_asn1(one) for one in x509.load_pem_x509_certificates(content)]
    given: dict[str, Any] = {"key_label": source.key, "ca_chain": chain[1:] or None}
    given |= {"signing_cert": chain[0]} if chain else {"cert_label": source.key}
    signer = PKCS11Signer(session, **given)
    certificate = signer.signing_cert
    if certificate is not None and certificate.public_key.algorithm == "ec":
        # Every device signs a digest with ECDSA; few of them hash as well.
        return PKCS11Signer(session, **given, use_raw_mechanism=True)
    return signer


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
