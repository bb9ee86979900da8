"""The system as one list: its processes, and every setting that each of them is given.

Settings are environment variables that begin with the process's prefix (`SCHEDULING_PORT`);
secrets are files in the folder that `<PREFIX>_SECRETS_DIR` names (`scheduling_amqp_url`).
"""

import base64
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from deploy.local.remembered import remembered
from deploy.local.seal_key import seal_pem
from deploy.postgres.provision import Logins, database_url


@dataclass(frozen=True, slots=True)
class Service:
    """A process; `login` is its name at the broker, empty for one without database and bus."""

    name: str
    login: str = ""

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def prefix(self) -> str:
        return f"{self.package.upper()}_"


IDENTITY = Service("identity", login="identity")
SCHEDULING = Service("scheduling", login="scheduling")
CLINICAL_RECORDS = Service("clinical-records", login="clinical")
NOTIFICATIONS = Service("notifications", login="notifications")
GATEWAY = Service("gateway")
PORTAL = Service("portal")

# The portal is a client like any other: without its folder the five stand as they are.
_CLIENTS = (PORTAL,) if find_spec(PORTAL.package) else ()
# In the order of their start: the others fetch identity's keys before they are ready.
SERVICES = (IDENTITY, SCHEDULING, CLINICAL_RECORDS, NOTIFICATIONS, GATEWAY, *_CLIENTS)
WITH_DATABASE = tuple(service for service in SERVICES if service.login)
BROKER_LOGINS = (*(service.login for service in WITH_DATABASE), "ops")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the processes find around them."""

    profile: Path
    postgres_url: str
    amqp_url: str
    ports: dict[str, int]
    """By process, and besides: the gateway's `second_listener`, `smtp`, `mailbox`."""
    kept: Path
    """The folder of passwords, made once and kept."""

    @property
    def public_url(self) -> str:
        return f"http://localhost:{self.ports['gateway']}"

    def url(self, service: Service) -> str:
        return f"http://127.0.0.1:{self.ports[service.name]}"

    def logins(self, service: Service) -> Logins:
        def password(role: str) -> str:
            return remembered(self.kept / "postgres" / f"{service.package}_{role}")

        return Logins(owner_password=password("owner"), app_password=password("app"))

    def app_url(self, service: Service) -> str:
        password = self.logins(service).app_password
        user = f"{service.package}_app"
        return database_url(self.postgres_url, service.package, user, password)

    def owner_url(self, service: Service) -> str:
        password = self.logins(service).owner_password
        user = f"{service.package}_owner"
        return database_url(self.postgres_url, service.package, user, password)

    def broker_url(self, login: str) -> str:
        address = urlsplit(self.amqp_url)
        password = remembered(self.broker_passwords / login)
        place = address.netloc.rpartition("@")[2]
        return urlunsplit(address._replace(netloc=f"{login}:{password}@{place}"))

    @property
    def vhost(self) -> str:
        return unquote(urlsplit(self.amqp_url).path[1:]) or "/"

    @property
    def broker_passwords(self) -> Path:
        """One file per login at the broker."""
        return self.kept / "rabbitmq"

    def client_secret(self, service: Service) -> str:
        return remembered(self.kept / "clients" / service.package)

    @property
    def seal_file(self) -> Path:
        """The institute's sealing key with its certificate, a development one made once."""
        path = self.kept / "seal.pem"
        remembered(path, lambda: seal_pem(self.profile.name.upper()))
        return path

    @property
    def portal_credential(self) -> str:
        return remembered(self.kept / "portal_credential")


def variables(service: Service, around: Surroundings) -> dict[str, str]:
    """Return what stands in the environment, names without the prefix."""
    settings = {
        "ENVIRONMENT": "development",
        "HOST": "127.0.0.1",
        "PORT": str(around.ports[service.name]),
        "INSTITUTE": str(around.profile),
        "PUBLIC_URL": around.public_url,
        "LOG_FORMAT": "columns",
    }
    if service is not IDENTITY:
        settings["IDENTITY_URL"] = around.url(IDENTITY)
    if service is CLINICAL_RECORDS:
        settings["SEAL_FILE"] = str(around.seal_file)
    if service is NOTIFICATIONS:
        settings |= {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(around.ports["smtp"]),
            "SMTP_SECURITY": "none",
        }
    if service is GATEWAY:
        settings |= {
            "SCHEDULING_URL": around.url(SCHEDULING),
            "CLINICAL_RECORDS_URL": around.url(CLINICAL_RECORDS),
            "NOTIFICATIONS_URL": around.url(NOTIFICATIONS),
            "PORTAL_PORT": str(around.ports["second_listener"]),
            "HOSTS": "localhost,127.0.0.1",
        }
        if PORTAL in SERVICES:
            settings["PORTAL_URL"] = around.url(PORTAL)
    if service is PORTAL:
        del settings["IDENTITY_URL"]
        settings["GATEWAY_URL"] = f"http://127.0.0.1:{around.ports['second_listener']}"
    return settings


def secret_files(service: Service, around: Surroundings) -> dict[str, str]:
    """Return what stands in the folder of secrets, names without the prefix."""
    settings: dict[str, str] = {}
    if service.login:
        settings |= {
            "database_url": around.app_url(service),
            "database_owner_url": around.owner_url(service),  # read by `migrate` alone
            "amqp_url": around.broker_url(service.login),
        }
    if service is IDENTITY:
        settings["delivery_key"] = remembered(around.kept / "delivery_key", _key)
        for other in WITH_DATABASE[1:]:
            settings[f"client_secret_{other.package}"] = around.client_secret(other)
    elif service.login:
        settings["client_secret"] = around.client_secret(service)
    if service is CLINICAL_RECORDS:
        settings["record_key"] = remembered(around.kept / "record_key", _key)
    if service is GATEWAY:
        settings["portal_credential"] = around.portal_credential
    if service is PORTAL:
        settings["gateway_credential"] = around.portal_credential
        settings["cookie_key"] = remembered(around.kept / "cookie_key", _key)
    return settings


def _key() -> str:
    """Return 32 random bytes in base64, for AES-256."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
