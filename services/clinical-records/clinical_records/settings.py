"""Clinical records' settings: CLINICAL_RECORDS_* variables and secret files."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import DatabaseSettings


class Settings(DatabaseSettings):
    model_config = SettingsConfigDict(env_prefix="CLINICAL_RECORDS_", frozen=True, extra="ignore")

    identity_url: str
    client_secret: SecretStr
    """Clinical records' credential towards identity."""
