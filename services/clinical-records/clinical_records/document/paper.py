"""What a sick leave's paper says, in the words that it prints."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Institute:
    """In whose name: texts of the profile, colours as `#rrggbb`."""

    name: str
    short_name: str
    system_name: str
    helpline: str
    locale: str
    primary: str
    on_primary: str
    accent: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One sick leave (R-42 to R-44). Neither diagnosis nor remarks: employers read it.

    `authorised_at` is by the unit's clocks; `ends_on` is the last day of the leave.
    """

    folio: str
    kind: str
    member: str
    number_label: str
    number: str
    starts_on: date
    ends_on: date
    days: int
    issued_on: date
    unit: str
    unit_address: str
    doctor: str
    authoriser: str
    authorised_at: datetime
    verify_at: str
    """The public page of its seal (R-44), what the QR code leads to."""
    institute: Institute
