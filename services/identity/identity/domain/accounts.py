"""Accounts as the use cases see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

AccountState = Literal["pending", "active", "closed"]
PasswordState = Literal["ok", "temporary"]
EmailState = Literal["ok", "undeliverable"]

STAFF_WORDS = {"audience": "staff"}


@dataclass(frozen=True, slots=True)
class Account:
    """`username` is the holder's number or, for staff, the e-mail; `name` a person's."""

    account_id: UUID
    role: str
    family_id: UUID | None
    unit: str | None
    doctor_id: UUID | None
    username: str
    name: str
    email: str
    phone: str | None
    locale: str
    reminders: bool
    state: AccountState
    password_hash: str | None
    password_expires_at: datetime | None
    email_failed_at: datetime | None = None

    @property
    def words(self) -> dict[str, str]:
        """What letters with links and passwords need to speak to staff as to staff."""
        return {} if self.role == "affiliate" else STAFF_WORDS

    @property
    def password_state(self) -> PasswordState:
        """A generated password is temporary until its owner chooses another (R-07)."""
        return "ok" if self.password_expires_at is None else "temporary"

    @property
    def email_state(self) -> EmailState:
        """Whether mail servers take what is written to the account's address."""
        return "ok" if self.email_failed_at is None else "undeliverable"

    def may_log_in(self, now: datetime) -> bool:
        """Active, and the password, if temporary, not past its days (R-05, R-07)."""
        in_time = self.password_expires_at is None or now < self.password_expires_at
        return self.state == "active" and in_time


@dataclass(frozen=True, slots=True)
class Family:
    """A member found by number, with what is needed to prove that one belongs."""

    family_id: UUID
    holder_number: str
    holder_name: str
    serial_digest: bytes | None
    covered: bool
    """The member found, on the day asked for."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What a person gives to be reached by; the addresses and number are canonical."""

    email: str
    email_key: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Consent:
    """A document accepted: its name, its version, and the SHA-256 of the text shown (R-02)."""

    document: str
    version: str
    text_sha256: bytes
