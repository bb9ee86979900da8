"""What identity takes and answers over HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.event import Instant
from shared.contracts.identity import Relation
from shared.text import Line, RequestInstant, Strict

Short = Annotated[Line, Field(max_length=254)]
Token = Annotated[Line, Field(max_length=200)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
"""Whatever it holds: a password that can't be right is wrong, not malformed."""


class Accepts(Strict):
    """The recorded acts of R-02; each must be true."""

    privacy_full: bool
    privacy_simplified: bool
    terms: bool
    family_grouping: bool


class Registration(Strict):
    affiliation_number: Short
    serial_number: Short
    phone: Short
    email: Short
    email_confirmation: Short
    accepts: Accepts


class UsernameOnly(Strict):
    username: Short


class TokenOnly(Strict):
    token: Token


class Reactivation(Strict):
    affiliation_number: Short
    serial_number: Short
    email: Short


class PasswordChange(Strict):
    """What the new one must be is judged by R-10, with reasons of its own."""

    current_password: Password
    new_password: Password


class LogIn(Strict):
    username: Short
    password: Password


class RefreshOnly(Strict):
    refresh_token: Token


class PhoneChange(Strict):
    phone: Short


class PreferencesChange(Strict):
    reminders: bool


class ServiceCredential(Strict):
    service: Short
    secret: Annotated[str, Field(min_length=1, max_length=1024)]


class Since(BaseModel):
    """The query of the revocations; pydantic reads queries from text."""

    since: RequestInstant


class Accepted(BaseModel):
    """The request was taken; whatever follows comes by mail."""


class Activation(BaseModel):
    state: Literal["valid", "used", "expired"]


class Credentials(BaseModel):
    """Shown once (R-07)."""

    username: str
    temporary_password: str
    expires_at: Instant


class EmailConfirmed(BaseModel):
    """`waiting` until `effective_at`; the password is that of an account this activated (R-11)."""

    state: Literal["done", "waiting"]
    effective_at: Instant
    username: str
    temporary_password: str | None = None
    expires_at: Instant | None = None


class EmailReversed(BaseModel):
    state: Literal["reversed"] = "reversed"


class SessionTokens(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a word of RFC 6750
    expires_in: int
    refresh_token: str
    password_state: Literal["ok", "temporary"]


class Session(BaseModel):
    id: UUID
    channel: Literal["web", "mobile"]
    device: str
    created_at: Instant
    last_used_at: Instant
    current: bool


class Sessions(BaseModel):
    items: list[Session]
    next: None = None


class Me(BaseModel):
    """`phone` is null for staff who gave none; `unit` for an affiliate.

    `email_state` is `undeliverable` once a mail server refused the address for good.
    """

    account_id: UUID
    username: str
    email: str
    phone: str | None
    role: str
    unit: str | None
    name: str
    password_state: Literal["ok", "temporary"]
    email_state: Literal["ok", "undeliverable"]


class Preferences(BaseModel):
    """`reminders`: whether appointments are called to mind by mail (R-50)."""

    reminders: bool


class Coded(BaseModel):
    code: str
    name: str


class Member(BaseModel):
    id: UUID
    name: str
    relation: Relation
    holder: bool
    affiliation_number_masked: str
    home_unit: Coded
    covered: bool
    birth_on: date


class Members(BaseModel):
    items: list[Member]
    next: None = None


class KeySet(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


class ServiceToken(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a word of RFC 6750
    expires_in: int


class Revocation(BaseModel):
    revocation_id: UUID
    session_id: UUID | None
    account_id: UUID | None
    issued_before: Instant


class Revocations(BaseModel):
    items: list[Revocation]


class Delivery(BaseModel):
    delivery_id: UUID
    template: str
    to: str
    name: str
    data: dict[str, str]
