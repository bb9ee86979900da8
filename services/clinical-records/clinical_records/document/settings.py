"""Where the institute's sealing key is: settings of clinical-records, judged at the start."""

from typing import Annotated, Self

from pydantic import Field, FilePath, SecretStr, model_validator

from clinical_records.document.keys import KeyFile, KeySource, KeyToken
from shared.settings import DatabaseSettings


class SealSettings(DatabaseSettings):
    """A file, or a device by PKCS#11; one of the two in production, none only in development."""

    seal_file: FilePath | None = None
    """PKCS#12 (`.p12`, `.pfx`), or PEM with key, certificate and the certificates above it."""
    seal_passphrase: SecretStr | None = None
    """Of that file, where it has one."""
    seal_pkcs11_module: FilePath | None = None
    """The device's library."""
    seal_pkcs11_token: str | None = None
    """The token's label."""
    seal_pkcs11_key: str | None = None
    """The key's label, which is its certificate's too unless that stands in a file."""
    seal_pkcs11_pin: SecretStr | None = None
    seal_pkcs11_certificate: FilePath | None = None
    """PEM, for a token that holds no certificate."""
    seal_workers: Annotated[int, Field(ge=1, le=16)] = 2
    """Processes that make documents; each may take up to 1 GiB of address space."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        device = (
            self.seal_pkcs11_module, self.seal_pkcs11_token, self.seal_pkcs11_key,
            self.seal_pkcs11_pin,
        )  # fmt: skip
        if any(device) and not all(device):
            raise ValueError("seal_pkcs11_module, _token, _key and _pin belong together")
        if self.seal_pkcs11_certificate is not None and not any(device):
            raise ValueError("seal_pkcs11_certificate needs the other seal_pkcs11_* settings")
        if self.seal_file is not None and any(device):
            raise ValueError("the sealing key is seal_file or seal_pkcs11_*, not both")
        if self.seal_passphrase is not None and self.seal_file is None:
            raise ValueError("seal_passphrase needs seal_file")
        if self.environment == "production" and self.seal_source is None:
            raise ValueError("production needs a sealing key: seal_file or seal_pkcs11_*")
        return self

    @property
    def seal_source(self) -> KeySource | None:
        """Where the key is opened; None where nothing is sealed."""
        if self.seal_file is not None:
            secret = self.seal_passphrase
            return KeyFile(self.seal_file, None if secret is None else secret.get_secret_value())
        module, pin = self.seal_pkcs11_module, self.seal_pkcs11_pin
        token, key = self.seal_pkcs11_token, self.seal_pkcs11_key
        if module is None or token is None or key is None or pin is None:
            return None
        return KeyToken(module, token, key, pin.get_secret_value(), self.seal_pkcs11_certificate)
