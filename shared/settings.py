"""Settings of a process: one frozen class per service, read once from environment and files."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import SecretsSettingsSource

Port = Annotated[int, Field(ge=0, le=65535)]
SettingsT = TypeVar("SettingsT", bound="BaseProcessSettings")


class SettingsInvalid(Exception):
    """The process must not start; the text names every setting at fault, never its value."""


class BaseProcessSettings(BaseSettings):
    """What every process needs. `<PREFIX>_SECRETS_DIR` names a folder of one file per secret."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    environment: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    port: Port = 0
    institute: Path
    """Folder of the institute's profile, `deploy/institutes/<name>`."""
    public_url: str = "http://localhost:8080"
    """Where people reach the institute; mailed links begin with it."""
    log_format: Literal["json", "columns"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _public_url_is_safe(self) -> Self:
        # Decision 6: mailed links carry secrets, and the session's cookie needs https.
        if self.environment == "production" and not self.public_url.startswith("https://"):
            raise ValueError("public_url must begin with https:// in production")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = os.environ.get(f"{cls.model_config.get('env_prefix', '')}SECRETS_DIR")
        if folder is None:
            return init_settings, env_settings
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)


class DatabaseSettings(BaseProcessSettings):
    """What a process with a database, a bus and a credential towards identity needs besides."""

    database_url: SecretStr
    """The app role: reads and writes rows, changes no table."""
    database_owner_url: SecretStr | None = None
    """The owner role, used by `migrate` alone."""
    amqp_url: SecretStr
    pool_size: Annotated[int, Field(ge=1, le=100)] = 8


def load(cls: type[SettingsT], **given: Any) -> SettingsT:
    """The settings of this process, or SettingsInvalid with everything that is wrong.

    A variable or a secret's file that carries the service's prefix and names no setting is a
    fault too: a misspelt name must not be silently ignored.
    """
    prefix = cls.model_config.get("env_prefix", "")
    known = {f"{prefix}{name}".upper() for name in cls.model_fields} | {f"{prefix}SECRETS_DIR"}
    faults = [
        f"{name}: no such setting"
        for name in (*sorted(os.environ), *_secret_files(prefix))
        if prefix and name.upper().startswith(prefix) and name.upper() not in known
    ]
    try:
        settings = cls(**given)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            name = "_".join(str(part) for part in fault["loc"]).upper()
            faults.append(f"{prefix}{name}: {fault['msg']}" if name else fault["msg"])
        raise SettingsInvalid("; ".join(faults)) from None
    if faults:
        raise SettingsInvalid("; ".join(faults))
    return settings


def _secret_files(prefix: str) -> list[str]:
    folder = os.environ.get(f"{prefix}SECRETS_DIR")
    return sorted(path.name for path in Path(folder).iterdir()) if folder else []
