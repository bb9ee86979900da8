"""The gateway's settings: GATEWAY_* variables and secret files."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings import BaseProcessSettings, Port

Network = IPv4Network | IPv6Network


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("a service's address is http://name:port")
    return url.rstrip("/")


def _listed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _networks(value: Any) -> Any:
    return tuple(ip_network(part) for part in _listed(value))


ServiceUrl = Annotated[str, AfterValidator(_address)]
Hosts = Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
Places = Annotated[int, Field(ge=1, le=10_000)]


class Settings(BaseProcessSettings):
    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    identity_url: ServiceUrl
    scheduling_url: ServiceUrl
    clinical_records_url: ServiceUrl
    notifications_url: ServiceUrl
    portal_url: ServiceUrl | None = None
    """Where the portal is; without one the gateway has plain pages for the mails' links."""
    portal_port: Port = 0
    """The second listener, which only the portal reaches."""
    portal_credential: SecretStr
    """Whoever shows it on the second listener is believed about the browser's address."""
    trusted_proxies: Networks = ()
    """Networks of load balancers before the gateway, comma-separated: of them alone is
    X-Forwarded-For believed, from its right end."""
    hosts: Hosts = frozenset()
    """Host names that are ours, comma-separated; another one is a 421. Empty: all are."""
    places: Places = 256
    """Requests under way at one service at a time, from the public listener."""
    portal_places: Places = 128
    """Likewise from the second listener."""
