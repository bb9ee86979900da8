"""Says of a file whether it is a paper of ours, unchanged, and whether it still counts (R-44)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clinical_records.document.sealing import Certificate
from clinical_records.document.verdict import Evidence, examine
from clinical_records.repository import sealed_documents
from clinical_records.repository.sealed_documents import KnownDocument
from shared.database import Database

State = Literal["valid", "altered", "revoked", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`known` is the paper with exactly these bytes; `evidence` what the file itself shows."""

    state: State
    known: KnownDocument | None
    evidence: Evidence


async def verify_document(database: Database, content: bytes, now: datetime) -> Verdict:
    """`valid` needs both: the bytes that were stored, and the signature of a certificate of ours.

    `altered` is what claims to be a paper of ours, by its certificate or by a folio that was
    sealed, and isn't byte for byte. `unknown` claims nothing of the kind.
    """
    digest = hashlib.sha256(content).digest()
    async with database.connection() as connection:
        certificates = [Certificate(der) for der in await sealed_documents.certificates(connection)]
        known = await sealed_documents.by_sha256(connection, digest)
    evidence = await examine(content, certificates, now if known is None else known.sealed_at)
    if known is not None:
        sound = evidence.sound and evidence.sealed_by == known.fingerprint
        state: State = (
            "altered" if not sound else "revoked" if known.state == "revoked" else "valid"
        )
        return Verdict(state, known, evidence)
    ours = evidence.sealed_by in {certificate.fingerprint for certificate in certificates}
    if not ours:
        async with database.connection() as connection:
            ours = await sealed_documents.any_of_folios(connection, evidence.folios)
    return Verdict("altered" if ours else "unknown", None, evidence)
