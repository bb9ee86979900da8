"""What clients send to clinical records: bodies and queries, judged at the edge (decision 10)."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from clinical_records.domain.sick_leaves import DAYS_AT_MOST, Kind, State
from shared.text import Line, Paragraphs, Strict, Trimmed

Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
Reason = Annotated[Trimmed, Field(min_length=10, max_length=500)]
"""Ten letters at least: a reason, not a dot."""
Short = Annotated[Line, Field(max_length=120)]
IdentityCheck = Annotated[
    Trimmed, Field(min_length=3, max_length=120, pattern=r"^[^0-9]*([0-9][^0-9]*){0,4}$")
]
"""What was shown at the desk: the kind of document and at most four of its digits (R-12, R-45)."""


class PageQuery(Strict):
    """Where the page begins, and how long it may be."""

    limit: Limit = 20
    cursor: Cursor | None = None


class MedicationForm(Strict):
    """Either a `code` of the catalogue or a `name` in free text."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$")] | None = None
    name: Annotated[Line, Field(max_length=300)] | None = None
    dose: Short
    route: Short
    frequency: Short
    duration: Short
    quantity: Annotated[int, Field(ge=1, le=999)]
    instructions: Annotated[Paragraphs, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.name is None):
            raise ValueError("either code or name is expected")
        return self


class PrescriptionForm(Strict):
    """What a doctor prescribes to a member of the own unit (R-41)."""

    member_id: UUID
    medications: Annotated[list[MedicationForm], Field(min_length=1, max_length=20)]


class ReasonForm(Strict):
    """Why."""

    reason: Reason


class Empty(Strict):
    """`{}`."""


class SickLeaveForm(Strict):
    """`diagnosis` is a code of the loaded table; `starts_on` the first day (R-43)."""

    member_id: UUID
    starts_on: date
    days: Annotated[int, Field(ge=1, le=DAYS_AT_MOST)]
    kind: Kind
    diagnosis: Annotated[str, Field(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")]
    remarks: Annotated[Paragraphs, Field(max_length=1000)] | None = None


class ReferralForm(Strict):
    """`service` is one that needs a referral (R-46)."""

    member_id: UUID
    service: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
    reason: Annotated[Paragraphs, AfterValidator(str.strip), Field(min_length=10, max_length=2000)]


class WithdrawalForm(Strict):
    """Taken out of the family's view, or put back (R-45)."""

    withdrawn: bool
    identity_check: IdentityCheck


class RecordQuery(Strict):
    """A reason breaks the glass where no appointment opens the record."""

    reason: Reason | None = None


class CatalogueQuery(Strict):
    """Words of a name, or a code."""

    query: Annotated[Line, Field(min_length=2, max_length=80)]
    limit: Limit = 20


class QueueQuery(Strict):
    """The authoriser's queue, or one sick leave by its folio."""

    state: State = "issued"
    folio: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")] | None = None
    limit: Limit = 20
    cursor: Cursor | None = None
