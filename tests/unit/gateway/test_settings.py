"""What the gateway's variables may say, and what keeps it from starting."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.settings import Settings
from shared.settings import SettingsInvalid, load

NEEDED = {
    "GATEWAY_PUBLIC_URL": "https://example.org",
    "GATEWAY_INSTITUTE": "institute",
    "GATEWAY_IDENTITY_URL": "http://identity:8000",
    "GATEWAY_SCHEDULING_URL": "http://scheduling:8000/",
    "GATEWAY_CLINICAL_RECORDS_URL": "http://clinical-records:8000",
    "GATEWAY_NOTIFICATIONS_URL": "http://notifications:8000",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "gateway_portal_credential").write_text("from a file")
    monkeypatch.setenv("GATEWAY_SECRETS_DIR", str(tmp_path))
    return monkeypatch


def test_the_portals_credential_is_read_from_its_file(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GATEWAY_PORTAL_PORT", "8081")
    settings = load(Settings)
    assert settings.portal_credential.get_secret_value() == "from a file"
    assert "from a file" not in repr(settings)
    assert settings.scheduling_url == "http://scheduling:8000"
    assert settings.notifications_url == "http://notifications:8000"


def test_networks_and_hosts_are_lists_with_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GATEWAY_TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8")
    environment.setenv("GATEWAY_HOSTS", "sisa.example.org,localhost")
    settings = load(Settings)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.hosts == {"sisa.example.org", "localhost"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_IDENTITY_URL", "identity:8000"),
        ("GATEWAY_IDENTITY_URL", "http://identity/path"),
        ("GATEWAY_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("GATEWAY_PLACES", "0"),
        ("GATEWAY_PORTAL_PROT", "8081"),
    ],
)
def test_a_wrong_or_misspelt_setting_keeps_the_process_from_starting(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name):
        load(Settings)


def test_without_the_portals_credential_the_process_does_not_start(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("GATEWAY_SECRETS_DIR")
    with pytest.raises(SettingsInvalid, match="GATEWAY_PORTAL_CREDENTIAL"):
        load(Settings)
