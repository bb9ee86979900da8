"""Clinical records' sealing as tests drive it: sick leaves in every state, and the job's turns."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
from aiohttp import web
from aiohttp.typedefs import Middleware
from databases import Database as Made

from builders.documents import NOW, PUBLIC_URL, RECORD_KEY, content, institute, sample_paper
from clinical_records.document.jobs import sealing_jobs
from clinical_records.document.parts import PRESS, SEAL_WORKS
from clinical_records.document.press import Press
from clinical_records.document.worker import Sealed
from clinical_records.domain.encryption import Cipher
from clinical_records.domain.folios import folio
from clinical_records.domain.sealings import Claimed, document_aad
from clinical_records.domain.sick_leaves import sick_leave_aad
from clinical_records.parts import CIPHER
from clinical_records.repository import sealed_documents, sealings, sick_leaves
from clinical_records.repository.sick_leaves import NewSickLeave
from clinical_records.usecases.seal_sick_leave import paper
from shared.database import Database
from shared.health import HEALTH, Health
from shared.ids import uuid7
from shared.jobs import Job
from shared.profile import Profile
from shared.service import DATABASE, PROFILE
from shared.web import CLOCK


@dataclass(frozen=True, slots=True)
class Desk:
    """Clinical records' sealing as a test drives it, on one database and one press."""

    database: Database
    press: Press | None
    made: Made
    profile: Profile = field(default_factory=institute)
    cipher: Cipher = field(default_factory=lambda: Cipher(RECORD_KEY))
    member_id: UUID = field(default_factory=uuid7)
    family_id: UUID = field(default_factory=uuid7)

    async def add_holder(self) -> None:
        """The holder as identity's event would have told it."""
        async with self.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO members (member_id, family_id, holder, relation, home_unit,"
                " valid_from, sequence, as_of)"
                " VALUES ($1, $2, true, 'holder', $3, '2010-01-01', 1, $4)",
                self.member_id, self.family_id, self.profile.units[0].code, NOW,
            )  # fmt: skip

    async def issued(self, issued_on: date = date(2031, 3, 1)) -> UUID:
        sick_leave_id, profile = uuid7(), self.profile
        key_id, sealed = self.cipher.seal(content().to_bytes(), sick_leave_aad(sick_leave_id))
        new = NewSickLeave(
            sick_leave_id=sick_leave_id, folio=folio(secrets.randbits(80)),
            member_id=self.member_id, family_id=self.family_id, unit=profile.units[0].code,
            doctor_id=uuid7(), issued_by=uuid7(), issued_at=NOW, issued_on=issued_on,
            starts_on=issued_on, days=3, kind="illness", content=sealed, content_key_id=key_id,
        )  # fmt: skip
        async with self.database.transaction() as tx:
            await sick_leaves.add(tx, new)
        return sick_leave_id

    async def authorised(self, issued_on: date = date(2031, 3, 1)) -> UUID:
        sick_leave_id = await self.issued(issued_on)
        async with self.database.transaction() as tx:
            await sick_leaves.authorise(tx, sick_leave_id, by=uuid7(), now=NOW)
        return sick_leave_id

    async def revoke(self, sick_leave_id: UUID) -> None:
        async with self.database.transaction() as tx:
            await sick_leaves.revoke(
                tx, sick_leave_id, by=uuid7(), reason=self.cipher.seal(b"x", "x"), now=NOW
            )

    def app(self, now: datetime = NOW, middlewares: Sequence[Middleware] = ()) -> web.Application:
        """What jobs and operations find in the service's application."""
        app = web.Application(middlewares=middlewares)
        app[DATABASE], app[PROFILE], app[CIPHER] = self.database, self.profile, self.cipher
        app[CLOCK], app[HEALTH], app[SEAL_WORKS] = (lambda: now), Health(), [False]
        if self.press is not None:
            app[PRESS] = self.press
        return app

    async def work(self, now: datetime = NOW) -> web.Application:
        """One turn of the sealing job, at an instant."""
        app = self.app(now)
        await job("seal").run(app, now)
        return app

    @property
    def the_press(self) -> Press:
        assert self.press is not None
        return self.press

    async def press_made(self, claimed: Claimed) -> Sealed:
        """What a worker made of a claim, not stored."""
        async with self.database.connection() as connection:
            waiting = await sealings.authorised(connection, claimed.sick_leave_id)
        assert waiting is not None
        return await self.the_press.make(paper(waiting, self.cipher, self.profile, PUBLIC_URL))

    async def press_made_of(self, folio: str) -> Sealed:
        """A paper that names this folio, sealed by this press and stored nowhere."""
        return await self.the_press.make(sample_paper(folio=folio))

    async def lease_ends(self) -> None:
        """A minute passes by the database's clock, as far as claims go."""
        async with self.database.connection() as connection:
            await connection.execute("UPDATE sealings SET leased_until = now() - interval '1 s'")

    async def due_now(self) -> None:
        """Whoever waits for another attempt has waited long enough."""
        async with self.database.connection() as connection:
            await connection.execute("UPDATE sealings SET next_try_at = $1", NOW)

    async def sealed(self) -> UUID:
        sick_leave_id = await self.authorised()
        await self.work()
        return sick_leave_id

    async def paper(self, sick_leave_id: UUID) -> bytes:
        """The stored document's bytes."""
        async with self.database.connection() as connection:
            stored = await sealed_documents.of_sick_leave(connection, sick_leave_id)
        assert stored is not None
        aad = document_aad(sick_leave_id, stored.folio)
        return self.cipher.open(stored.content_key_id, stored.content, aad)

    async def folio(self, sick_leave_id: UUID) -> str:
        return str(
            await self.value(
                "SELECT folio FROM sick_leaves WHERE sick_leave_id = $1", sick_leave_id
            )
        )

    async def value(self, query: str, *arguments: object) -> object:
        async with self.database.connection() as connection:
            return await connection.fetchval(query, *arguments)

    async def as_owner(self, statement: str, *arguments: object) -> None:
        """What only somebody with the database's owner login could do."""
        connection = await asyncpg.connect(self.made.owner_url)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    async def counts(self, sick_leave_ids: Sequence[UUID]) -> tuple[int, int]:
        """How many documents and how many sealed facts there are of them."""
        wanted = list(sick_leave_ids)
        documents = await self.value(
            "SELECT count(*) FROM sealed_documents WHERE sick_leave_id = ANY ($1)", wanted
        )
        facts = await self.value(
            "SELECT count(*) FROM outbox WHERE routing_key = 'clinical.sick_leave.sealed'"
            " AND (body::json ->> 'subject')::uuid = ANY ($1)",
            wanted,
        )
        return int(str(documents)), int(str(facts))


def job(name: str) -> Job:
    return next(one for one in sealing_jobs(PUBLIC_URL) if one.name == name)


def later(**passed: float) -> datetime:
    return NOW + timedelta(**passed)
