"""Identity's settings: IDENTITY_* variables and secret files."""

from typing import Annotated, Self

from pydantic import AfterValidator, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from identity.sealing import Keyring
from shared.settings import DatabaseSettings


def _usable(secret: SecretStr) -> SecretStr:
    Keyring(secret.get_secret_value())
    return secret


class Settings(DatabaseSettings):
    """`client_secret_*` are what other services prove themselves with; none, no such client."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", frozen=True, extra="ignore")

    delivery_key: Annotated[SecretStr, AfterValidator(_usable)]
    """32 bytes in base64: what identity alone can read is sealed under keys derived from it.
    Several, separated by blanks, to change it: the first seals, all open."""
    client_secret_scheduling: SecretStr | None = None
    client_secret_clinical_records: SecretStr | None = None
    client_secret_notifications: SecretStr | None = None
    limits_by_name: bool = True
    """False lifts every limit by name, number and account, to measure; production refuses it."""

    @model_validator(mode="after")
    def _production_limits(self) -> Self:
        if self.environment == "production" and not self.limits_by_name:
            raise ValueError("limits_by_name must not be lifted in production")
        return self

    @property
    def client_secrets(self) -> dict[str, str]:
        """Secrets by the name that a service gives, its login at the broker."""
        given = {
            "scheduling": self.client_secret_scheduling,
            "clinical": self.client_secret_clinical_records,
            "notifications": self.client_secret_notifications,
        }
        return {name: one.get_secret_value() for name, one in given.items() if one is not None}
