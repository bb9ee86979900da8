"""What everybody may know about the institute: the answer of GET /v1/institute."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict

from shared.profile.model import Office, Profile
from shared.profile.policies import Policies


class _Public(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class PublicIdentifier(_Public):
    label: str
    pattern: str
    hint: str


class PublicSerial(_Public):
    label: str
    hint: str


class PublicPhone(_Public):
    pattern: str


class PublicPolicies(_Public):
    """The numbers that a person may want to know, those that hold today (R-30)."""

    cancel_min_minutes: int
    sanction_hours: int
    sanction_per_week: int
    sanction_days: int
    horizon_days: int
    lead_minutes: int
    max_active: int
    max_per_day: int
    max_per_7_days: int
    max_per_30_days: int
    activation_hours: int
    temporary_password_days: int
    sick_leave_months: int

    @classmethod
    def of(cls, policies: Policies) -> Self:
        return cls.model_validate(policies)


class PublicService(_Public):
    code: str
    name: str
    needs_referral: bool


class PublicUnit(_Public):
    code: str
    name: str
    address: str
    phone: str
    hours: str


class PublicContactKind(_Public):
    code: str
    label: str


class PublicDocument(_Public):
    name: str
    version: str
    url: str


class PublicInstitute(_Public):
    """The institute, its policies of one day, and where to read what a person accepts."""

    profile: str
    name: str
    short_name: str
    zone: str
    locale: str
    identifier: PublicIdentifier
    serial: PublicSerial
    phone: PublicPhone
    policies: PublicPolicies
    services: tuple[PublicService, ...]
    units: tuple[PublicUnit, ...]
    offices: tuple[Office, ...]
    contact_kinds: tuple[PublicContactKind, ...]
    documents: tuple[PublicDocument, ...]


def public_institute(profile: Profile, day: date) -> PublicInstitute:
    """The public description on a local day; `model_dump(mode="json")` is the body."""
    identifier = profile.identifier
    return PublicInstitute(
        profile=profile.code,
        name=profile.name,
        short_name=profile.short_name,
        zone=profile.zone,
        locale=profile.locale,
        identifier=PublicIdentifier(
            label=identifier.label, pattern=identifier.public_pattern, hint=identifier.hint
        ),
        serial=PublicSerial(label=profile.serial.label, hint=profile.serial.hint),
        phone=PublicPhone(pattern=profile.phone.pattern),
        policies=PublicPolicies.of(profile.policies_at(day)),
        services=tuple(PublicService.model_validate(one) for one in profile.services),
        units=tuple(PublicUnit.model_validate(unit) for unit in profile.units),
        offices=profile.offices,
        contact_kinds=tuple(PublicContactKind.model_validate(k) for k in profile.contact_kinds),
        documents=tuple(
            PublicDocument(name=document.name, version=document.version, url=document.address)
            for document in profile.documents
        ),
    )
