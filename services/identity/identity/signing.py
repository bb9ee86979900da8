"""Signing tokens: Ed25519 keys kept in the database, sealed; several at once, named by kid."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK

from identity.domain.accounts import Account
from identity.domain.sessions import ACCESS_LIFE
from identity.sealing import Keyring, signing_key_context
from shared.auth import ACCESS_TYPE, AUDIENCE, ISSUER, SERVICE_AUDIENCE, SERVICE_TYPE
from shared.ids import uuid7

SERVICE_LIFE = timedelta(minutes=5)
KEY_LIFE = timedelta(days=90)
"""After this a new key takes over."""
PUBLISHED_AFTER = timedelta(hours=1)
"""A replaced key stays published while a token of its time can live, with room to spare."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row of `signing_keys`."""

    kid: str
    public_key: bytes
    private_sealed: bytes
    created_at: datetime


def new_key(keyring: Keyring, now: datetime) -> StoredKey:
    """A fresh key pair under a kid of its own, the private half sealed for that kid."""
    private = Ed25519PrivateKey.generate()
    kid = f"{now:%Y%m%d}-{uuid7().hex[-8:]}"
    sealed = keyring.seal(private.private_bytes_raw(), signing_key_context(kid))
    return StoredKey(kid, private.public_key().public_bytes_raw(), sealed, now)


def jwk(key: StoredKey) -> dict[str, str]:
    """The public key as others fetch it (RFC 8037)."""
    x = base64.urlsafe_b64encode(key.public_key).rstrip(b"=").decode()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": x,
        "kid": key.kid,
        "use": "sig",
        "alg": "EdDSA",
    }


class Signer:
    """Signs with the newest key; `keys` are all that are published, the newest first."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._kid = ""
        self._private: Ed25519PrivateKey | None = None
        self.keys: list[dict[str, str]] = []
        self.by_kid: dict[str, PyJWK] = {}
        """The published keys as our own verifier takes them."""

    def use(self, keys: list[StoredKey]) -> None:
        """Takes over what the database holds, the newest key first."""
        if keys and keys[0].kid != self._kid:
            newest = keys[0]
            raw = self._keyring.open(newest.private_sealed, signing_key_context(newest.kid))
            self._kid, self._private = newest.kid, Ed25519PrivateKey.from_private_bytes(raw)
        self.keys = [jwk(key) for key in keys]
        self.by_kid = {key["kid"]: PyJWK.from_dict(key) for key in self.keys}

    def access_token(
        self, account: Account, session_id: UUID, now: datetime, *, force_change: bool
    ) -> str:
        """A token for ten minutes with the claims of decision 4; absent ones are left out.

        `must_change_password` stands in one of a temporary password where its change is forced:
        every service then refuses what is not needed to change it (R-07).
        """
        optional = {
            "family_id": account.family_id,
            "unit": account.unit,
            "doctor_id": account.doctor_id,
        }
        forced = force_change and account.password_expires_at is not None
        claims: dict[str, Any] = {
            "sub": str(account.account_id),
            "sid": str(session_id),
            "role": account.role,
            **{name: str(value) for name, value in optional.items() if value is not None},
            **({"must_change_password": True} if forced else {}),
        }
        return self._sign(claims, AUDIENCE, ACCESS_TYPE, now, ACCESS_LIFE)

    def service_token(self, service: str, now: datetime) -> str:
        """A token for five minutes, good for identity's internal operations alone."""
        return self._sign({"sub": service}, SERVICE_AUDIENCE, SERVICE_TYPE, now, SERVICE_LIFE)

    def _sign(
        self, claims: dict[str, Any], audience: str, kind: str, now: datetime, life: timedelta
    ) -> str:
        if self._private is None:
            raise RuntimeError("no signing key is loaded")
        whole = {
            **claims,
            "iss": ISSUER,
            "aud": audience,
            # With microseconds: a log-in right after a revocation must not look older than it.
            "iat": now.timestamp(),
            "exp": int((now + life).timestamp()),
            "jti": uuid7().hex,
        }
        headers = {"typ": kind, "kid": self._kid}
        return jwt.encode(whole, self._private, algorithm="EdDSA", headers=headers)
