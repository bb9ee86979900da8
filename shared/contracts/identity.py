"""What identity tells: members of the roll, accounts, sessions that ended, secrets to mail."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Fact, Instant

Relation = Literal["holder", "spouse", "child", "parent", "other"]


class _Member(Fact):
    subject_field: ClassVar[str] = "member_id"

    member_id: UUID
    family_id: UUID
    holder: bool
    relation: Relation
    home_unit: str
    valid_from: date
    valid_to: date | None


class MemberRegistered(_Member):
    """A person came onto the roll."""

    routing_key = "identity.member.registered"


class MemberChanged(_Member):
    """Family, unit, relation or coverage of a person changed."""

    routing_key = "identity.member.changed"


class MemberLapsed(_Member):
    """A person left the roll or the coverage ended; `valid_to` says when."""

    routing_key = "identity.member.lapsed"


class MemberDescribed(Fact):
    """Who the person is: for SISA's own services only."""

    routing_key = "identity.member.described"
    subject_field = "member_id"
    private = True

    member_id: UUID
    family_id: UUID
    display_name: str
    affiliation_number: str
    birth_on: date


class _Account(Fact):
    subject_field: ClassVar[str] = "account_id"

    account_id: UUID
    family_id: UUID | None


class AccountRegistered(_Account):
    """An account was asked for and waits for its activation."""

    routing_key = "identity.account.registered"


class AccountActivated(_Account):
    """The account can log in."""

    routing_key = "identity.account.activated"


class AccountLocked(_Account):
    """The account was closed or locked by the institute."""

    routing_key = "identity.account.locked"


class SessionRevoked(Fact):
    """Tokens of this session, or of this account, issued before `issued_before` are dead."""

    routing_key = "identity.session.revoked"
    subject_field = "revocation_id"

    revocation_id: UUID
    session_id: UUID | None
    account_id: UUID | None
    issued_before: Instant


class ContactChanged(Fact):
    """Where an account is reached by mail."""

    routing_key = "identity.contact.changed"
    subject_field = "account_id"
    private = True

    account_id: UUID
    family_id: UUID | None
    email: str | None
    name: str
    locale: str
    reminders: bool


DeliveryTemplate = Literal[
    "activation",
    "credentials",
    "recovery",
    "email_change",
    "email_changed",
    "account_notice",
    "serial_handout",
]


class DeliveryRequested(Fact):
    """A mail whose text carries a secret: fetch it from identity, mail it, delete it."""

    routing_key = "identity.delivery.requested"
    subject_field = "delivery_id"
    private = True

    delivery_id: UUID
    account_id: UUID | None
    template: DeliveryTemplate


FACTS: tuple[type[Fact], ...] = (
    MemberRegistered,
    MemberChanged,
    MemberLapsed,
    MemberDescribed,
    AccountRegistered,
    AccountActivated,
    AccountLocked,
    SessionRevoked,
    ContactChanged,
    DeliveryRequested,
)
