"""Reasons in the audit may speak of illness: the chain holds them sealed (decision 13)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from shared import audit
from shared.audit import Actor
from shared.database import Transaction


async def record_with_reason(
    tx: Transaction,
    cipher: Cipher,
    actor: Actor,
    operation: str,
    subjects: Iterable[UUID],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Adds a row whose reason only who has the key can read."""
    sealed = cipher.seal_line(reason, _aad(operation))
    await audit.record(tx, actor, operation, subjects, reason=sealed, now=now)


def open_reason(cipher: Cipher, operation: str, reason: str | None) -> str | None:
    """The reason of a row of that operation; Unopenable when it was changed."""
    return None if reason is None else cipher.open_line(reason, _aad(operation))


def _aad(operation: str) -> str:
    return f"audit {operation}"
