"""Sealed papers and the certificates that sealed them; both are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clinical_records.domain.sealings import SealState
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A paper as it stands in its row, encrypted; `sha256` is of what was encrypted."""

    sick_leave_id: UUID
    folio: str
    content: bytes
    content_key_id: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What is known of a paper that somebody brings."""

    folio: str
    state: str
    fingerprint: bytes
    sealed_at: datetime


async def add_certificate(tx: Transaction, fingerprint: bytes, der: bytes, now: datetime) -> None:
    await tx.execute(
        "INSERT INTO seal_certificates (fingerprint, der, first_used_at) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        fingerprint,
        der,
        now,
    )


async def certificates(tx: Transaction) -> Sequence[bytes]:
    """Every certificate that ever sealed a paper, as DER."""
    rows = await tx.fetch("SELECT der FROM seal_certificates ORDER BY first_used_at")
    return [row["der"] for row in rows]


async def add(
    tx: Transaction, document: StoredDocument, *, fingerprint: bytes, now: datetime
) -> None:
    await tx.execute(
        "INSERT INTO sealed_documents"
        " (sick_leave_id, content, content_key_id, sha256, fingerprint, sealed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        document.sick_leave_id,
        document.content,
        document.content_key_id,
        document.sha256,
        fingerprint,
        now,
    )


async def of_sick_leave(tx: Transaction, sick_leave_id: UUID) -> StoredDocument | None:
    row = await tx.fetchrow(
        "SELECT sick_leave_id, folio, document.content, document.content_key_id, sha256"
        " FROM sealed_documents AS document JOIN sick_leaves USING (sick_leave_id)"
        " WHERE sick_leave_id = $1",
        sick_leave_id,
    )
    return None if row is None else StoredDocument(**dict(row))


async def by_sha256(tx: Transaction, sha256: bytes) -> KnownDocument | None:
    """The paper that has exactly these bytes."""
    row = await tx.fetchrow(
        "SELECT folio, state, fingerprint, document.sealed_at"
        " FROM sealed_documents AS document JOIN sick_leaves USING (sick_leave_id)"
        " WHERE sha256 = $1",
        sha256,
    )
    return None if row is None else KnownDocument(**dict(row))


async def any_of_folios(tx: Transaction, folios: Sequence[str]) -> bool:
    """Whether a paper with one of these folios was ever sealed."""
    found = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM sick_leaves WHERE folio = ANY ($1) AND sealed_at IS NOT NULL)",
        list(folios),
    )
    return bool(found)


async def seal_state(tx: Transaction, folio: str) -> SealState:
    """What the public may know of a folio: one not sealed yet is as unknown as none (R-44)."""
    state: str | None = await tx.fetchval(
        "SELECT state FROM sick_leaves WHERE folio = $1 AND sealed_at IS NOT NULL", folio
    )
    return "valid" if state == "sealed" else "revoked" if state == "revoked" else "unknown"


async def printable(
    tx: Transaction, sick_leave_id: UUID, member_id: UUID, issued_since: date
) -> bool:
    """Whether it is this member's, issued since that local day and not revoked: R-42's window."""
    found = await tx.fetchval(
        "SELECT true FROM sick_leaves WHERE sick_leave_id = $1 AND member_id = $2"
        " AND issued_on >= $3 AND state <> 'revoked'",
        sick_leave_id,
        member_id,
        issued_since,
    )
    return found is not None
