"""A row of the ledger as staff see it: ids and states, the reason in words."""

from datetime import datetime

import asyncpg

from notifications.api.models import LedgerMail
from notifications.domain.mails import SETTLED, State
from notifications.domain.resending import Kept, assert_resendable
from notifications.folios import contact_folio
from notifications.rendering.reasons import WHY
from notifications.repository.ledger_search import kept_of
from shared.contracts.scheduling import folio
from shared.errors import Conflict


def ledger_mail(row: asyncpg.Record, now: datetime) -> LedgerMail:
    state = State(row["state"])
    return LedgerMail(
        id=row["mail_id"],
        template=row["template"],
        state=state,
        reason=row["reason"],
        why=WHY.get(row["reason"]) if row["reason"] is not None else None,
        attempts=row["attempts"],
        indeterminate=row["indeterminate"],
        cause=row["cause"],
        account_id=row["account_id"],
        appointment_id=row["appointment_id"],
        folio=_folio(row),
        resent_from=row["resent_from"],
        occurred_at=row["occurred_at"],
        created_at=row["created_at"],
        next_try_at=None if state in SETTLED else row["next_try_at"],
        settled_at=row["settled_at"],
        can_be_resent=_can_be_resent(kept_of(row), now),
    )


def _folio(row: asyncpg.Record) -> str | None:
    if row["appointment_id"] is not None:
        return folio(row["appointment_id"])
    return contact_folio(row["contact_id"]) if row["contact_id"] is not None else None


def _can_be_resent(kept: Kept, now: datetime) -> bool:
    try:
        assert_resendable(kept, now)
    except Conflict:
        return False
    return True
