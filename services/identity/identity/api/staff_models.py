"""What identity's staff operations take and answer over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from identity.api.models import Short
from identity.domain.staff import StaffRole
from shared.text import Line, Strict, Trimmed

Reason = Annotated[Trimmed, Field(min_length=3, max_length=200)]
IdentityCheck = Annotated[Trimmed, Field(min_length=3, max_length=120)]
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
