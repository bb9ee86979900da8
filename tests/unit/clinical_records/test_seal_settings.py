"""The sealing key's settings are judged at the start, not at the first seal."""

from pathlib import Path
from typing import Any

import pytest
from builders.documents import INSTITUTES, RECORD_KEY, sealing_key
from pydantic import ValidationError

from clinical_records.document.keys import KeyFile, KeyToken
from clinical_records.settings import Settings


def _settings(**given: Any) -> Settings:
    return Settings(
        **{
            "environment": "development",
            "institute": INSTITUTES / "issstecali",
            "public_url": "https://citas.example.org",
            "database_url": "postgresql://x@127.0.0.1/x",
            "amqp_url": "amqp://x@127.0.0.1/",
            "identity_url": "http://127.0.0.1:1",
            "client_secret": "x",
            "record_key": RECORD_KEY,
            **given,
        }
    )


def _token(module: Path) -> dict[str, Any]:
    return {
        "seal_pkcs11_module": module,
        "seal_pkcs11_token": "sello",
        "seal_pkcs11_key": "sello-2031",
        "seal_pkcs11_pin": "1234",
    }


def test_a_file_or_a_device_is_where_the_key_is(tmp_path: Path) -> None:
    path = sealing_key(tmp_path).path
    assert _settings(seal_file=path).seal_source == KeyFile(path)
    with_passphrase = _settings(seal_file=path, seal_passphrase="x").seal_source
    assert with_passphrase == KeyFile(path, "x")
    device = _settings(**_token(path)).seal_source
    assert device == KeyToken(path, "sello", "sello-2031", "1234", None)
    assert _settings().seal_source is None


def test_neither_passphrase_nor_pin_is_ever_shown(tmp_path: Path) -> None:
    path = sealing_key(tmp_path).path
    given = _settings(seal_file=path, seal_passphrase="secret-words")
    assert "secret-words" not in repr(given)
    assert "secret-words" not in repr(given.seal_source)
    device = _settings(**(_token(path) | {"seal_pkcs11_pin": "secret-words"}))
    assert "secret-words" not in repr(device) + repr(device.seal_source)


def test_production_needs_a_sealing_key(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="production needs a sealing key"):
        _settings(environment="production")
    path = sealing_key(tmp_path).path
    assert _settings(environment="production", seal_file=path).seal_source == KeyFile(path)


@pytest.mark.parametrize(
    ("left_out", "added", "fault"),
    [
        (("seal_pkcs11_pin",), (), "belong together"),
        (("seal_pkcs11_module", "seal_pkcs11_key"), (), "belong together"),
        ((), ("seal_file",), "not both"),
        (
            (
                "seal_pkcs11_module", "seal_pkcs11_token", "seal_pkcs11_key", "seal_pkcs11_pin",
            ),
            ("seal_pkcs11_certificate",),
            "needs the other",
        ),
    ],
)  # fmt: skip
def test_half_a_key_stops_the_start(
    tmp_path: Path, left_out: tuple[str, ...], added: tuple[str, ...], fault: str
) -> None:
    path = sealing_key(tmp_path).path
    given = {name: one for name, one in _token(path).items() if name not in left_out}
    with pytest.raises(ValidationError, match=fault):
        _settings(**given, **dict.fromkeys(added, path))


def test_a_passphrase_without_its_file_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="seal_passphrase needs seal_file"):
        _settings(seal_passphrase="x")


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="seal_file"):
        _settings(seal_file=tmp_path / "none.p12")
