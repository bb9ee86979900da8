"""Settings: a misspelt variable stops the start, every fault is named, no value is shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import BaseProcessSettings, SettingsInvalid, load


class Settings(BaseProcessSettings):
    model_config = SettingsConfigDict(env_prefix="THING_", frozen=True, extra="ignore")

    token: SecretStr
    size: int = 1


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "thing_token").write_text("s3cret\n")
    monkeypatch.setenv("THING_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("THING_INSTITUTE", str(tmp_path))
    monkeypatch.setenv("THING_PUBLIC_URL", "https://example.org")


def test_a_secret_is_read_from_its_file_and_never_shown() -> None:
    settings = load(Settings)

    assert settings.token.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)
    assert settings.environment == "production"


def test_a_misspelt_variable_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING_SIZZE", "2")

    with pytest.raises(SettingsInvalid, match="THING_SIZZE: no such setting"):
        load(Settings)


def test_every_fault_is_named_at_once_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THING_SIZE", "canary")
    monkeypatch.setenv("THING_LOG_FORMAT", "canary")
    monkeypatch.setenv("THING_OTHER", "x")

    with pytest.raises(SettingsInvalid) as raised:
        load(Settings)

    text = str(raised.value)
    assert all(name in text for name in ("THING_SIZE", "THING_LOG_FORMAT", "THING_OTHER"))
    assert "canary" not in text


def test_a_misspelt_secret_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "thing_tokn").write_text("canary")

    with pytest.raises(SettingsInvalid, match="thing_tokn: no such setting"):
        load(Settings)


def test_production_refuses_a_public_url_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING_PUBLIC_URL", "http://example.org")

    with pytest.raises(SettingsInvalid, match="https://"):
        load(Settings)

    monkeypatch.setenv("THING_ENVIRONMENT", "development")
    assert load(Settings).public_url == "http://example.org"
