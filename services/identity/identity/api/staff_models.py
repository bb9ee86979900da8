"""What identity's staff operations take and answer over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from identity.api.models import Short
from identity.domain.staff import StaffRole
from shared.contracts.event import Instant
from shared.text import Line, RequestInstant, ShortLine, Strict

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")]
Reason = Annotated[ShortLine, Field(min_length=3)]
IdentityCheck = Annotated[Line, Field(min_length=3, max_length=120)]
"""What was shown at the desk: the kind of document and at most four of its digits."""


class StaffAccountRequest(Strict):
    """`unit` is required of front_desk, archive and doctor; `doctor_id` is a doctor's alone."""

    role: StaffRole
    unit: Short | None = None
    email: Short
    name: Annotated[Line, Field(max_length=120)] | None = None
    doctor_id: UUID | None = None


class StaffAccount(BaseModel):
    account_id: UUID
    role: StaffRole
    unit: str | None
    doctor_id: UUID | None
    email: str
    name: str
    state: Literal["pending"]


class Closure(Strict):
    reason: Reason


class ClosedAccount(BaseModel):
    account_id: UUID
    state: Literal["closed"]


class SerialHandOut(Strict):
    member_id: UUID
    email: Short
    identity_check: IdentityCheck


class HandedOut(BaseModel):
    """The serial itself goes by mail alone (R-12)."""

    handout_id: UUID


class AuditQuery(BaseModel):
    """`from` is included, `to` is not; pydantic reads queries from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: UUID | None = None
    subject: UUID | None = None
    operation: Code | None = None
    from_: RequestInstant | None = Field(None, alias="from")
    to: RequestInstant | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class AuditActor(BaseModel):
    """`account_id` is null for an operator's command, whose role is `command`."""

    account_id: UUID | None
    role: str
    unit: str | None


class AuditRow(BaseModel):
    """`number` is the row's place in the chain, null for the second until it is linked."""

    id: UUID
    number: int | None
    at: Instant
    actor: AuditActor
    operation: str
    subjects: list[UUID]
    outcome: str
    reason: str | None


class AuditRows(BaseModel):
    items: list[AuditRow]
    next: str | None
