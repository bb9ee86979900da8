"""DKIM signatures (RFC 6376): another library's word on them, and what can't sign."""

import base64
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from notifications.rendering.message import message
from notifications.sending.assembly import dkim_signer
from notifications.sending.dkim_signing import DkimSigner
from shared.settings import SettingsInvalid

KEY = rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def written(reply_to: str | None = None) -> bytes:
    return message(
        sender=("Citas ñ", "citas@example.org"),
        recipient="persona@example.org",
        subject="Su cita médica quedó agendada",
        at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        message_id="<a.b@example.org>",
        language="es-MX",
        text="Hola.\r\n.\r\nfin ",
        html="<p>Hola.</p>",
        reply_to=reply_to,
    )


def in_dns(name: bytes, timeout: float = 5) -> bytes:  # noqa: ARG001  # the library's signature
    assert name == b"s1._domainkey.example.org."
    public = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.mark.parametrize("reply_to", [None, "otra@example.org"])
def test_a_signed_mail_is_verified_and_a_changed_one_is_not(reply_to: str | None) -> None:
    signed = DkimSigner("s1", "example.org", pem(KEY)).signed(written(reply_to))
    assert signed.endswith(written(reply_to))
    assert dkim.verify(signed, dnsfunc=in_dns)
    for old, new in ((b"fin", b"fan"), (b"To: persona", b"To: perzona")):
        assert not dkim.verify(signed.replace(old, new), dnsfunc=in_dns)
    named = signed.partition(b"h=")[2].partition(b";")[0].lower()
    assert (b"reply-to" in named) is (reply_to is not None)


@pytest.mark.parametrize(
    "key", ["no key", pem(ec.generate_private_key(ec.SECP256R1()))], ids=["text", "elliptic"]
)
def test_a_key_that_cannot_sign_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsInvalid, match="dkim_key"):
        dkim_signer("s1", SecretStr(key), "citas@example.org")


def test_without_a_key_nobody_signs_here() -> None:
    assert dkim_signer(None, None, "citas@example.org") is None
