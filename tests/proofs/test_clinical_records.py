"""Proofs of clinical records: reads equal rows of the audit, and a long list stays flat in time."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import MEDICATION, REASON
from builders.clinical_api import NOW, OTHER_UNIT, UNIT, Person, serving
from databases import Database as Made
from proofs.sizes import FULL, size

from clinical_records.domain.prescriptions import (
    Medication,
    PrescriptionContent,
    prescription_aad,
)
from clinical_records.parts import CIPHER
from shared import audit_chain
from shared.database import open_database
from shared.ids import uuid7

READS = size(300, 10_000)
PRESCRIPTIONS = size(1_000, 10_000)
AT_ONCE = 8


@pytest.fixture
async def clinic(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[Clinic]:
    made = await new_database("clinical_records")
    async with (
        open_database(made.app_url, name="proof", size=8) as database,
        serving(database) as api,
    ):
        clinic = Clinic(api, database, made.app_url, made.owner_url)
        await clinic.diagnoses()
        yield clinic


@dataclass(slots=True)
class Asking:
    """Who may ask, what for, and the pairs that are somebody's own."""

    people: list[Person | None]
    paths: list[str]
    own: list[tuple[Person | None, str]]

    def one(self, chance: random.Random) -> tuple[Person | None, str]:
        """One read in two is of one's own, the others are anybody's of anything."""
        if chance.random() < 0.5:
            return chance.choice(self.own)
        return chance.choice(self.people), chance.choice(self.paths)


async def _asking(clinic: Clinic) -> Asking:
    """Of their own and of others', there and not there."""
    doctor, other_doctor = await clinic.doctor(), await clinic.doctor(OTHER_UNIT)
    families = [await clinic.family(date(2020, 1, 1), date(2000, 1, 1)) for _ in range(3)]
    people: list[Person | None] = [None, doctor, other_doctor]
    people += [family.account for family in families]
    people += [clinic.api.person(role, unit=UNIT) for role in ("front_desk", "archive")]
    people += [clinic.api.person(role) for role in ("authoriser", "auditor", "operator")]
    paths = [
        "/v1/sick-leaves", "/v1/staff/sick-leaves", "/v1/staff/diagnoses?query=dolor",
        "/v1/staff/audit/clinical-records?limit=5", "/v1/sick-leaves?months=60",
        f"/v1/sick-leaves/{uuid7()}/document",
    ]  # fmt: skip
    own: list[tuple[Person | None, str]] = [(people[-2], paths[3]), (people[-3], paths[1])]
    for family in families:
        await clinic.visit(doctor, family.holder, NOW)
        own += [
            (family.account, f"/v1/members/{member}/{what}")
            for member in family.members[:2]
            for what in ("prescriptions", "referrals", "accesses")
        ]
        own.append((family.account, "/v1/sick-leaves"))
        own.append((doctor, f"/v1/staff/members/{family.holder}/record"))
        await clinic.withdrawn(family.members[2])
        for member in (*family.members, uuid7()):
            paths += [
                f"/v1/members/{member}/{what}"
                for what in ("prescriptions", "referrals", "accesses")
            ]
            paths += [f"/v1/staff/members/{member}/{what}" for what in ("record", "accesses")]
            paths.append(f"/v1/staff/members/{member}/record?reason={quote(REASON)}")
        prescription = await clinic.prescribed(doctor, family.holder)
        own.append((family.account, f"/v1/prescriptions/{prescription}"))
        paths += [own[-1][1], f"/v1/prescriptions/{uuid7()}"]
    return Asking(people, paths, own)


async def test_every_read_allowed_or_refused_has_exactly_one_row_in_the_audit(
    clinic: Clinic, figures: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # a failing run says which
    chance = random.Random(seed)  # noqa: S311  # a test's choices
    asking = await _asking(clinic)
    before = len(await clinic.audited())
    statuses: dict[int, int] = {}
    turn = asyncio.Semaphore(AT_ONCE)

    async def read(by: Person | None, path: str) -> None:
        async with turn:
            answer = await clinic.api.call("GET", path, by)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1

    calls = [asking.one(chance) for _ in range(READS)]
    await asyncio.gather(*(read(by, path) for by, path in calls))

    by_somebody = sum(1 for by, _ in calls if by is not None)
    rows = (await clinic.audited())[before:]
    allowed = sum(1 for row in rows if row["outcome"] == "done")
    figures(f"seed {seed}: {READS} reads, {READS - by_somebody} of them by nobody: {statuses}")
    figures(f"{len(rows)} rows in the audit, {allowed} of them allowed")
    assert not [status for status in statuses if status >= 500]
    assert statuses[401] == READS - by_somebody
    assert len(rows) == by_somebody
    assert allowed == statuses[200]
    await audit_chain.link(clinic.database)
    verdict = await audit_chain.verify(clinic.database, lambda _number, _kind: None)
    assert verdict.whole
    assert verdict.head.number == len(await clinic.audited())


async def _many_prescriptions(clinic: Clinic, doctor: Person, member: UUID) -> None:
    """As many as asked for, a minute apart, as the use case writes them."""
    content = PrescriptionContent("Dra. Modelo Ejemplo", (Medication(code=None, **MEDICATION),))
    rows = []
    for place in range(PRESCRIPTIONS):
        prescription_id = uuid7()
        key_id, sealed = clinic.app[CIPHER].seal(
            content.to_bytes(), prescription_aad(prescription_id)
        )
        issued_at = NOW - timedelta(minutes=PRESCRIPTIONS - place)
        rows.append(
            (
                prescription_id, member, uuid7(), UNIT, doctor.doctor_id, doctor.account_id,
                issued_at, sealed, key_id,
            )
        )  # fmt: skip
    async with clinic.database.transaction(60.0) as tx:
        await tx.copy_records_to_table(
            "prescriptions",
            records=rows,
            columns=[
                "prescription_id", "member_id", "family_id", "unit", "doctor_id", "issued_by",
                "issued_at", "content", "content_key_id",
            ],
        )  # fmt: skip


async def test_a_long_list_of_prescriptions_stays_flat_in_time(
    clinic: Clinic, figures: Callable[[str], None]
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await _many_prescriptions(clinic, doctor, family.holder)
    path, cursor = f"/v1/members/{family.holder}/prescriptions?limit=50", ""
    seen, taken = list[str](), list[float]()

    while cursor is not None:
        began = time.perf_counter()
        answer = await family.account.get(path + (cursor and f"&cursor={cursor}"))
        taken.append((time.perf_counter() - began) * 1000)
        seen += [one["id"] for one in answer.body["items"]]
        cursor = answer.body["next"]

    tenth = len(taken) // 10
    first, last = statistics.median(taken[:tenth]), statistics.median(taken[-tenth:])
    figures(
        f"{len(seen)} prescriptions in {len(taken)} pages of 50: the first tenth of the pages took"
        f" {first:.1f} ms each (median), the last {last:.1f} ms, the slowest {max(taken):.1f} ms"
    )
    assert len(set(seen)) == len(seen) == PRESCRIPTIONS
    assert last < first * (1.5 if FULL else 4)
    await _analysed(clinic)
    plan = await _plan(clinic, family.holder)
    assert "prescriptions_of_member" in plan
    assert "Sort" not in plan


async def _analysed(clinic: Clinic) -> None:
    """As autovacuum does it in time."""
    owner = await clinic.owner()
    try:
        await owner.execute("ANALYZE prescriptions")
    finally:
        await owner.close()


async def _plan(clinic: Clinic, member: UUID) -> str:
    """How the database finds a page in the middle."""
    async with clinic.database.connection() as connection:
        rows = await connection.fetch(
            f"EXPLAIN SELECT * FROM prescriptions WHERE member_id = '{member}'"
            f" AND (issued_at, prescription_id) < ('{NOW.isoformat()}', '{uuid7()}')"
            " ORDER BY issued_at DESC, prescription_id DESC LIMIT 51"
        )
    return "\n".join(str(row[0]) for row in rows)
