"""The ledger of mails for staff over HTTP (R-52)."""

from datetime import timedelta
from uuid import UUID

from notifications.api.models import (
    DeliveryFigures,
    FiguresQuery,
    LedgerMails,
    MailQuery,
    ReasonFigures,
    Resent,
    TemplateFigures,
)
from notifications.api.shown import ledger_mail
from notifications.usecases import read_figures as reading
from notifications.usecases import resend_mail as resending
from notifications.usecases import search_mails as searching
from notifications.usecases.house import House
from shared import cursors
from shared.audit import Actor
from shared.audit_reading import add_audit_reading
from shared.auth import Role
from shared.errors import Malformed
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

HELPERS: frozenset[Role] = frozenset({"administrator", "operator", "front_desk"})
"""Who helps a person whose mail didn't come; at a desk, of the families of its unit."""
FIGURE_READERS: frozenset[Role] = frozenset({"administrator", "auditor"})
_USUAL = timedelta(hours=24)
_LONGEST = timedelta(days=92)

routes = Routes("personal")


@routes.get("/v1/staff/mails", answer=LedgerMails, roles=HELPERS, audited=searching.OPERATION)
async def list_mails(call: Call, *, query: MailQuery) -> Answer:
    """Mails by id, folio or whole address, the newest first: what became of each, and why."""
    rows, more = await searching.search_mails(
        call.app[DATABASE],
        Actor.of(call.caller),
        query.query,
        state=query.state,
        before=cursors.read(query.cursor) if query.cursor is not None else None,
        limit=query.limit,
        now=call.now,
    )
    last = cursors.write(rows[-1]["created_at"], rows[-1]["mail_id"]) if more else None
    return LedgerMails(items=[ledger_mail(row, call.now) for row in rows], next=last)


@routes.post(
    "/v1/staff/mails/{mail_id}/resending",
    answer=Resent,
    status=201,
    roles=HELPERS,
    idempotent=True,
    problems=("not-found", "mail-carried-secret", "mail-not-resendable", "too-many-requests"),
    audited=resending.OPERATION,
)
async def create_resending(call: Call, *, mail_id: UUID) -> Answer:
    """Sends a mail anew, to the address that the account has now."""
    return await resending.resend_mail(
        call.app[DATABASE],
        call.idempotency_key,
        Actor.of(call.caller),
        mail_id,
        domain=House(call.app[PROFILE]).domain,
        now=call.now,
    )


@routes.get(
    "/v1/staff/mail-figures",
    answer=DeliveryFigures,
    roles=FIGURE_READERS,
    audited=reading.OPERATION,
)
async def read_mail_figures(call: Call, *, query: FiguresQuery) -> Answer:
    """How many mails were sent, failed and why, and how long they took."""
    until = query.to or call.now
    since = query.from_ or until - _USUAL
    if not timedelta() < until - since <= _LONGEST:
        raise Malformed
    found = await reading.read_figures(
        call.app[DATABASE], Actor.of(call.caller), since, until, now=call.now
    )
    return DeliveryFigures(
        since=since,
        until=until,
        templates=[TemplateFigures(**row) for row in found.templates],
        reasons=[ReasonFigures(**row) for row in found.reasons],
        planned=found.planned,
    )


add_audit_reading(routes, "/v1/staff/audit/notifications")
