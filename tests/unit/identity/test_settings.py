"""What identity's variables may say, and what keeps it from starting."""

import pytest
from builders.roll import DELIVERY_KEY, INSTITUTE

from identity.domain.slowing import LIFTED
from identity.settings import Settings
from shared.settings import SettingsInvalid, load


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    needed = {
        "PUBLIC_URL": "https://citas.example.org",
        "INSTITUTE": str(INSTITUTE),
        "DATABASE_URL": "postgresql://identity_app@127.0.0.1:9/identity",
        "AMQP_URL": "amqp://identity:none@127.0.0.1:9/",
        "DELIVERY_KEY": DELIVERY_KEY,
    }
    for name, value in needed.items():
        monkeypatch.setenv(f"IDENTITY_{name}", value)
    return monkeypatch


def test_limits_hold_unless_they_are_lifted_on_purpose(environment: pytest.MonkeyPatch) -> None:
    assert load(Settings).limits_by_name
    environment.setenv("IDENTITY_ENVIRONMENT", "development")
    environment.setenv("IDENTITY_LIMITS_BY_NAME", "false")
    assert not load(Settings).limits_by_name
    assert not LIFTED.between_links


def test_production_refuses_to_start_without_limits(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("IDENTITY_LIMITS_BY_NAME", "false")
    with pytest.raises(SettingsInvalid, match="limits_by_name must not be lifted in production"):
        load(Settings)


def test_a_key_that_cannot_seal_is_named_and_not_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("IDENTITY_DELIVERY_KEY", "bm90IDMyIGJ5dGVz")
    with pytest.raises(SettingsInvalid, match="IDENTITY_DELIVERY_KEY") as refused:
        load(Settings)
    assert "bm90" not in str(refused.value)
