"""Facts that reach notifications, valid by default; people are generated."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.contracts.clinical import SickLeaveRevoked, SickLeaveSealed
from shared.contracts.identity import (
    AccountActivated,
    ContactChanged,
    MemberDescribed,
    MemberRegistered,
)
from shared.contracts.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    SanctionImposed,
    SanctionLifted,
)
from shared.ids import uuid7
from shared.profile import load_profile

INSTITUTES = Path(__file__).parents[2] / "deploy" / "institutes"
PROFILE = load_profile(INSTITUTES / "issstecali")
PUBLIC_URL = "https://citas.example.org"
DOMAIN = PROFILE.sender.address.partition("@")[2]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
"""Half past nine in the morning in Tijuana, a Tuesday."""
TOKEN = "t" * 43


@dataclass(frozen=True, slots=True)
class Family:
    """A family with an activated account; `email` and `name` are generated."""

    family_id: UUID = field(default_factory=uuid7)
    account_id: UUID = field(default_factory=uuid7)
    member_id: UUID = field(default_factory=uuid7)
    name: str = "Persona Generada Uno"
    person: str = "Persona Generada Dos"

    @property
    def email(self) -> str:
        return f"{self.account_id.hex}@example.org"


def activated(family: Family) -> AccountActivated:
    """The family's account may log in: its address was confirmed."""
    return AccountActivated(account_id=family.account_id, family_id=family.family_id)


def reached_at(
    family: Family, email: str | None = None, *, reminders: bool = True
) -> ContactChanged:
    """Where the family's account is reached: its own address by default."""
    return ContactChanged(
        account_id=family.account_id,
        family_id=family.family_id,
        email=email or family.email,
        name=family.name,
        locale="es-MX",
        reminders=reminders,
    )


def described(family: Family) -> MemberDescribed:
    """What the family's member is called."""
    return MemberDescribed(
        member_id=family.member_id,
        family_id=family.family_id,
        display_name=family.person,
        affiliation_number="12345678",
        birth_on=date(1980, 1, 1),
    )


def registered(family: Family) -> MemberRegistered:
    """The family's member is on the roll."""
    return MemberRegistered(
        member_id=family.member_id,
        family_id=family.family_id,
        holder=True,
        relation="holder",
        home_unit=PROFILE.units[0].code,
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )


def booked(family: Family, appointment_id: UUID | None = None, **given: Any) -> AppointmentBooked:
    """A booking of the family's member in the first unit."""
    fields: dict[str, Any] = {
        "appointment_id": appointment_id or uuid7(),
        "member_id": family.member_id,
        "family_id": family.family_id,
        "unit": PROFILE.units[0].code,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(minutes=20),
        "channel": "web",
        "state": "booked",
        "by": "affiliate",
        "reason": None,
    }
    return AppointmentBooked(**fields | given)


def cancelled(booking: AppointmentBooked, **given: Any) -> AppointmentCancelled:
    """The same appointment, cancelled."""
    return AppointmentCancelled(**booking.model_dump() | {"state": "cancelled"} | given)


def moved(booking: AppointmentBooked, starts_at: datetime) -> AppointmentMoved:
    """The same appointment at another time, by the institute."""
    ends_at = starts_at + timedelta(minutes=20)
    return AppointmentMoved(
        **booking.model_dump() | {"starts_at": starts_at, "ends_at": ends_at, "by": "institute"}
    )


def imposed(family: Family, **given: Any) -> SanctionImposed:
    """A sanction of the family's for a late cancellation."""
    fields: dict[str, Any] = {
        "sanction_id": uuid7(),
        "family_id": family.family_id,
        "until": NOW + timedelta(days=30),
        "rule": "late",
    }
    return SanctionImposed(**fields | given)


def lifted(sanction: SanctionImposed) -> SanctionLifted:
    """The same sanction, lifted by staff."""
    return SanctionLifted(**sanction.model_dump())


def sealed(family: Family) -> SickLeaveSealed:
    """A document of the family's holder can be printed."""
    return SickLeaveSealed(sick_leave_id=uuid7(), family_id=family.family_id, state="sealed")


def revoked(leave: SickLeaveSealed) -> SickLeaveRevoked:
    """The same document, revoked."""
    return SickLeaveRevoked(**leave.model_dump() | {"state": "revoked"})
