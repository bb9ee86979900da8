"""What a store holds but a copy of it must not give away: sealed values and keyed digests.

All keys are derived (HKDF, RFC 5869) from secrets that stand in a file, for one owner each: the
same secret given to two owners by mistake opens nothing of the other's.
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
_MARK_BYTES = 4
_NONCE_BYTES = 12


class KeyInvalid(ValueError):
    """The secret is not one or more keys of 32 bytes in base64."""


class Unopenable(Exception):
    """Sealed by a key that is not known, for another purpose, or changed since."""


@dataclass(frozen=True, slots=True)
class _Key:
    mark: bytes
    cipher: AESGCM
    digest: bytes


class Keyring:
    """Seals with the first key and opens with any: a new key is put before the old one.

    `secret` holds the keys in base64, parted by spaces or lines.
    """

    def __init__(self, secret: str, owner: str) -> None:
        self._keys = [_derive(_decode(part), owner) for part in secret.split()]
        if not self._keys:
            raise KeyInvalid("no key is given")

    def seal(self, plain: bytes, context: str) -> bytes:
        """AES-256-GCM: 4 bytes naming the key, 12 of nonce, then the text with its tag.

        `context` (what it is and whose) is bound to it: a value moved to another place won't open.
        """
        key = self._keys[0]
        nonce = os.urandom(_NONCE_BYTES)
        return key.mark + nonce + key.cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed under the same context, or Unopenable."""
        mark, rest = sealed[:_MARK_BYTES], sealed[_MARK_BYTES:]
        for key in self._keys:
            if key.mark == mark:
                try:
                    nonce, text = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
                    return key.cipher.decrypt(nonce, text, context.encode())
                except (InvalidTag, ValueError):
                    break
        raise Unopenable

    def digest(self, kind: str, value: str) -> bytes:
        """HMAC-SHA256 under the first key; `kind` keeps the uses apart."""
        return _digest(self._keys[0], kind, value)

    def matches(self, kind: str, value: str, digest: bytes | None) -> bool:
        """Whether a digest, made under any of the keys, is this value's; in constant time."""
        held = digest if digest is not None else bytes(SHA256.digest_size)
        found = [hmac.compare_digest(_digest(key, kind, value), held) for key in self._keys]
        return any(found) and digest is not None


def _digest(key: _Key, kind: str, value: str) -> bytes:
    return hmac.digest(key.digest, f"{kind}\0{value}".encode(), "sha256")


def _decode(part: str) -> bytes:
    try:
        key = base64.b64decode(part, validate=True)
    except (ValueError, binascii.Error):
        raise KeyInvalid("a key is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyInvalid(f"a key has {len(key)} bytes, not {KEY_BYTES}")
    return key


def _derive(secret: bytes, owner: str) -> _Key:
    def derived(purpose: str) -> bytes:
        info = f"sisa {owner} {purpose}".encode()
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(secret)

    mark = hashlib.sha256(derived("mark")).digest()[:_MARK_BYTES]
    return _Key(mark, AESGCM(derived("seal")), derived("digest"))
