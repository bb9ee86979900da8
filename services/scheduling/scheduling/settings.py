"""Scheduling's settings: SCHEDULING_* variables and secret files."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import DatabaseSettings


class Settings(DatabaseSettings):
    model_config = SettingsConfigDict(env_prefix="SCHEDULING_", frozen=True, extra="ignore")

    identity_url: str
    client_secret: SecretStr
    """Scheduling's credential towards identity."""
