"""Clinical records' settings: CLINICAL_RECORDS_* variables and secret files."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import SettingsConfigDict

from clinical_records.document.settings import SealSettings
from clinical_records.domain.encryption import Cipher


def _usable(secret: SecretStr) -> SecretStr:
    Cipher(secret.get_secret_value())
    return secret


class Settings(SealSettings):
    model_config = SettingsConfigDict(env_prefix="CLINICAL_RECORDS_", frozen=True, extra="ignore")

    identity_url: str
    client_secret: SecretStr
    """Clinical records' credential towards identity."""
    record_key: Annotated[SecretStr, AfterValidator(_usable)]
    """32 bytes in base64: clinical text is sealed under keys derived from it. Several, separated
    by blanks, to change it: the first seals, all open."""
