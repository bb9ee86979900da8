"""Clinical text at rest: AES-256-GCM under named keys, bound to the row that it belongs to.

All keys are derived (HKDF, RFC 5869) from secrets that stand in a file. A row carries its key's id,
so that keys change without touching what was written.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyInvalid(ValueError):
    """The secret is not one or more keys of 32 bytes in base64."""


class Unopenable(Exception):
    """Sealed by a key that is not known, for another row, or changed since."""


@dataclass(frozen=True, slots=True)
class _Key:
    key_id: str
    cipher: AESGCM
    digest: bytes


class Cipher:
    """Seals with the first key and opens with any: a new key is put before the old one.

    `aad` says what the text is and whose (`prescription <id>`): moved to another row it won't open.
    """

    def __init__(self, secret: str) -> None:
        self._keys = [_derive(_decode(part)) for part in secret.split()]
        if not self._keys:
            raise KeyInvalid("no key is given")

    def seal(self, plaintext: bytes, aad: str) -> tuple[str, bytes]:
        """The key's id, and 12 bytes of nonce, the text and its tag."""
        key = self._keys[0]
        nonce = os.urandom(_NONCE_BYTES)
        return key.key_id, nonce + key.cipher.encrypt(nonce, plaintext, aad.encode())

    def open(self, key_id: str, sealed: bytes, aad: str) -> bytes:
        """What was sealed under the same `aad`, or Unopenable."""
        for key in self._keys:
            if key.key_id == key_id:
                try:
                    nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
                    return key.cipher.decrypt(nonce, text, aad.encode())
                except (InvalidTag, ValueError):
                    break
        raise Unopenable

    def seal_line(self, text: str, aad: str) -> str:
        """The same as one line of text, `<key id>:<base64>`, for columns that hold text."""
        key_id, sealed = self.seal(text.encode(), aad)
        return f"{key_id}:{base64.b64encode(sealed).decode()}"

    def open_line(self, line: str, aad: str) -> str:
        """What `seal_line` sealed, or Unopenable."""
        key_id, _, sealed = line.partition(":")
        try:
            return self.open(key_id, base64.b64decode(sealed, validate=True), aad).decode()
        except (ValueError, binascii.Error):
            raise Unopenable from None

    def fingerprint(self, digest: bytes) -> bytes:
        """HMAC-SHA256 of a digest: of the few diagnoses there are, none can be tried against it.

        Under the oldest key, so that putting a new one before it changes no fingerprint.
        """
        return hmac.digest(self._keys[-1].digest, digest, "sha256")


def _decode(part: str) -> bytes:
    try:
        key = base64.b64decode(part, validate=True)
    except (ValueError, binascii.Error):
        raise KeyInvalid("a key is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyInvalid(f"a key has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _derive(secret: bytes) -> _Key:
    def derived(purpose: bytes) -> bytes:
        info = b"sisa clinical-records " + purpose
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(secret)

    key_id = hashlib.sha256(derived(b"id")).hexdigest()[:8]
    return _Key(key_id, AESGCM(derived(b"seal")), derived(b"digest"))
