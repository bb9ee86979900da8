"""Sealing keys as files: what is accepted, what is refused, and why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders.documents import sealing_key
from builders.seal_files import certificate_for, ec_key, pem, rsa_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from clinical_records.document.keys import KeyFile, KeyUnusable, open_signer
from clinical_records.document.sealing import assert_fit, certificate_of

NOW = datetime(2031, 3, 1, tzinfo=UTC)


def _pkcs12(folder: Path, passphrase: str) -> KeyFile:
    key = ec_key()
    content = serialize_key_and_certificates(
        b"sello", key, certificate_for(key), None, BestAvailableEncryption(passphrase.encode())
    )
    path = folder / "sello.p12"
    path.write_bytes(content)
    return KeyFile(path, passphrase)


@pytest.mark.parametrize("key", [ec_key(), rsa_key(2048)], ids=["ec", "rsa"])
@pytest.mark.parametrize("passphrase", [None, "frase de paso"])
def test_pem_with_key_and_certificate_is_accepted(
    tmp_path: Path, key: object, passphrase: str | None
) -> None:
    path = tmp_path / "sello.pem"
    path.write_bytes(pem(key, passphrase) + certificate_for(key, as_pem=True))
    signer = open_signer(KeyFile(path, passphrase))
    assert certificate_of(signer).owner == "Sello de muestra"


def test_pkcs12_with_its_passphrase_is_accepted(tmp_path: Path) -> None:
    signer = open_signer(_pkcs12(tmp_path, "frase de paso"))
    assert certificate_of(signer).owner == "Sello de muestra"


def test_the_certificate_is_found_among_those_above_it(tmp_path: Path) -> None:
    key, authority = ec_key(), ec_key()
    path = tmp_path / "sello.pem"
    above = certificate_for(authority, as_pem=True, name="Autoridad")
    path.write_bytes(pem(key, None) + above + certificate_for(key, as_pem=True))
    assert certificate_of(open_signer(KeyFile(path))).owner == "Sello de muestra"


@pytest.mark.parametrize("wrong", [None, "otra", ""])
def test_a_wrong_passphrase_is_refused_without_repeating_it(
    tmp_path: Path, wrong: str | None
) -> None:
    source = KeyFile(_pkcs12(tmp_path, "frase de paso").path, wrong)
    with pytest.raises(KeyUnusable) as refused:
        open_signer(source)
    assert "frase" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ValueError"),
        (pem(rsa_key(1024), None) + certificate_for(rsa_key(2048), as_pem=True), "2048 bits"),
        (pem(Ed25519PrivateKey.generate(), None) + certificate_for(ec_key(), as_pem=True), "RSA"),
        (pem(ec_key(), None) + certificate_for(ec_key(), as_pem=True), "no certificate"),
    ],
    ids=["empty", "short", "other kind", "another's certificate"],
)
def test_what_cannot_seal_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "sello.pem"
    path.write_bytes(content)
    with pytest.raises(KeyUnusable, match=reason):
        open_signer(KeyFile(path))


def test_a_development_certificate_seals_nothing_in_production(tmp_path: Path) -> None:
    certificate = certificate_of(open_signer(sealing_key(tmp_path)))
    assert_fit(certificate, NOW, production=False)
    with pytest.raises(KeyUnusable, match="development"):
        assert_fit(certificate, NOW, production=True)


def test_a_certificate_seals_only_within_its_validity(tmp_path: Path) -> None:
    certificate = certificate_of(open_signer(sealing_key(tmp_path)))
    first = certificate.parsed.not_valid_before_utc
    last = certificate.parsed.not_valid_after_utc
    assert_fit(certificate, first, production=False)
    assert_fit(certificate, last, production=False)
    for outside in (first - timedelta(seconds=1), last + timedelta(seconds=1)):
        with pytest.raises(KeyUnusable, match="validity"):
            assert_fit(certificate, outside, production=False)
