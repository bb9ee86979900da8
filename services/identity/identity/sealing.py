"""What identity's database holds but a copy of it must not give away (shared/keyring.py).

Serials are kept twice: as HMAC-SHA256, so that comparing opens nothing, and sealed, because R-12
mails them one day.
"""

from uuid import UUID

from shared import keyring
from shared.keyring import KEY_BYTES, KeyInvalid, Unopenable

__all__ = [
    "KEY_BYTES", "KeyInvalid", "Keyring", "Unopenable", "delivery_context", "serial_context",
    "signing_key_context",
]  # fmt: skip


class Keyring(keyring.Keyring):
    """Identity's own keys: a secret of another service's would open nothing here."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret, "identity")


def delivery_context(delivery_id: UUID) -> str:
    """What a delivery is sealed for."""
    return f"delivery {delivery_id}"


def serial_context(holder_number: str) -> str:
    """What a family's serial is sealed for."""
    return f"serial {holder_number}"


def signing_key_context(kid: str) -> str:
    """What the private half of a signing key is sealed for."""
    return f"signing key {kid}"
