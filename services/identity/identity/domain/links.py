"""Mailed single-use links: their tokens, and what has become of one (R-05)."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

TOKEN_BYTES = 32
TOKEN_LETTERS = 43
"""32 bytes in base64url without padding."""

LinkState = Literal["valid", "used", "expired"]
Purpose = Literal["activation", "recovery", "email_confirmation", "email_reversal"]


@dataclass(frozen=True, slots=True)
class Link:
    link_id: UUID
    account_id: UUID
    expires_at: datetime
    used_at: datetime | None
    superseded_at: datetime | None


def new_token() -> str:
    """256 random bits as 43 letters of base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """SHA-256: a token has 256 random bits, so that a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).digest()


def readable_token(token: str) -> bool:
    """Whether the text can be a token at all; there is one spelling of each."""
    if len(token) != TOKEN_LETTERS or not token.isascii():
        return False
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return base64.urlsafe_b64encode(raw).rstrip(b"=") == token.encode()


def state_of(link: Link, now: datetime) -> LinkState:
    """What following the link would meet; a superseded one counts as expired."""
    if link.used_at is not None:
        return "used"
    if link.superseded_at is not None or link.expires_at <= now:
        return "expired"
    return "valid"
