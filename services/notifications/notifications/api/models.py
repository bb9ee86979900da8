"""What notifications takes and answers over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from notifications.domain.contact import TEXT_LETTERS
from notifications.domain.mails import State
from shared.contracts.event import Instant
from shared.text import Line, Paragraphs, RequestInstant, Strict


class ContactForm(Strict):
    """`accepts_notices` must be true; `kind` is one of the institute's."""

    kind: Annotated[Line, Field(max_length=60)]
    email: Annotated[Line, Field(max_length=254)]
    text: Annotated[Paragraphs, Field(max_length=TEXT_LETTERS)]
    accepts_notices: bool


class ContactTaken(BaseModel):
    folio: str


class MailQuery(BaseModel):
    """`query` is a whole id (mail, account, family, member, subject, cause), folio or address.

    Pydantic reads queries from text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: Annotated[Line, Field(max_length=254)] | None = None
    state: State | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class LedgerMail(BaseModel):
    """One duty to mail: ids, states and instants; never an address or a text (R-52).

    `reason` is a class, `why` says it in words. `attempts` counts tries; `indeterminate` those
    whose end nobody knows: a server may have taken the mail.
    """

    id: UUID
    template: str
    state: State
    reason: str | None
    why: str | None
    attempts: int
    indeterminate: int
    cause: UUID
    account_id: UUID | None
    appointment_id: UUID | None
    folio: str | None
    resent_from: UUID | None
    occurred_at: Instant
    created_at: Instant
    next_try_at: Instant | None
    settled_at: Instant | None
    can_be_resent: bool


class LedgerMails(BaseModel):
    items: list[LedgerMail]
    next: str | None


class Resent(BaseModel):
    """The new mail on the ledger."""

    id: UUID
    resent_from: UUID
    state: State


class FiguresQuery(BaseModel):
    """`from` is included, `to` is not; the last 24 hours unless told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: RequestInstant | None = Field(None, alias="from")
    to: RequestInstant | None = None


class TemplateFigures(BaseModel):
    """Mails of one template by state; seconds from the cause to the server's 250, of those sent."""

    template: str
    queued: int
    sent: int
    failed: int
    suppressed: int
    indeterminate: int
    seconds_p50: float | None
    seconds_p99: float | None


class ReasonFigures(BaseModel):
    state: State
    reason: str
    count: int


class DeliveryFigures(BaseModel):
    """What became of the mails whose cause was in the time; `planned` reminders are of now."""

    since: Instant
    until: Instant
    templates: list[TemplateFigures]
    reasons: list[ReasonFigures]
    planned: int
