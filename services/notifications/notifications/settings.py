"""Notifications' settings: NOTIFICATIONS_* variables and secret files."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import DatabaseSettings, Port


class Settings(DatabaseSettings):
    """The mail server is a relay of the institute's; in production only an encrypted one."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", frozen=True, extra="ignore")

    identity_url: str
    client_secret: SecretStr
    """Notifications' credential towards identity."""
    smtp_host: str
    smtp_port: Port = 587
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_connections: Annotated[int, Field(ge=1, le=50)] = 4
    """Connections of this process to the mail server, at most."""
    smtp_rate: Annotated[float, Field(ge=0, le=10_000)] = 0
    """Mails a second of this process, at most; 0 for no limit."""
    dkim_selector: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")] | None = None
    """Under which name the public key stands in the DNS of the sender's domain."""
    dkim_key: SecretStr | None = None
    """An RSA key in PEM: mails are signed here. Without it the relay signs, or nobody."""

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if self.environment == "production" and self.smtp_security == "none":
            raise ValueError("smtp_security: production sends over an encrypted link only")
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise ValueError("smtp_username and smtp_password: both or neither")
        if (self.dkim_selector is None) != (self.dkim_key is None):
            raise ValueError("dkim_selector and dkim_key: both or neither")
        return self
