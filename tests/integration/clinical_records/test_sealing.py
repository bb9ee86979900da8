"""Authorised sick leaves get exactly one sealed paper each, whoever dies in between (R-43)."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from builders.documents import NOW, press_of
from builders.sealing_desk import Desk, job, later
from poppler import Poppler

from clinical_records.document.keys import KeyFile
from clinical_records.document.press import open_press
from clinical_records.domain.sealings import LEASE
from clinical_records.usecases.claim_sealings import claim_sealings
from clinical_records.usecases.seal_sick_leave import seal_sick_leave, store
from shared.health import HEALTH


async def test_r_43_an_authorised_sick_leave_is_sealed_once_and_told(
    desk: Desk, tmp_path: Path, poppler: Poppler
) -> None:
    waiting = [await desk.authorised() for _ in range(3)]
    untouched = await desk.issued()
    await desk.work()
    assert await desk.counts(waiting) == (3, 3)
    assert await desk.counts([untouched]) == (0, 0)
    for sick_leave_id in waiting:
        content = await desk.paper(sick_leave_id)
        (tmp_path / "paper.pdf").write_bytes(content)
        assert await poppler.holds(tmp_path / "paper.pdf")
        row = "SELECT state, version, sealed_at FROM sick_leaves WHERE sick_leave_id = $1"
        async with desk.database.connection() as connection:
            held = await connection.fetchrow(row, sick_leave_id)
        assert dict(held or {}) == {"state": "sealed", "version": 1, "sealed_at": NOW}
        stored = "SELECT sha256 FROM sealed_documents WHERE sick_leave_id = $1"
        assert await desk.value(stored, sick_leave_id) == hashlib.sha256(content).digest()
    assert await desk.value("SELECT count(*) FROM sealings") == 0


async def test_the_stored_paper_is_encrypted_and_names_its_key(desk: Desk) -> None:
    sick_leave_id = await desk.sealed()
    content = await desk.value("SELECT content FROM sealed_documents")
    assert isinstance(content, bytes)
    assert b"%PDF" not in content
    assert (await desk.paper(sick_leave_id)).startswith(b"%PDF")


async def test_several_replicas_at_once_seal_each_only_once(desk: Desk) -> None:
    waiting = [await desk.authorised() for _ in range(12)]
    await asyncio.gather(*(desk.work() for _ in range(4)))
    assert await desk.counts(waiting) == (12, 12)
    assert await desk.value("SELECT max(version) FROM sick_leaves") == 1


async def test_a_crash_after_signing_and_before_storing_leaves_one_paper(desk: Desk) -> None:
    sick_leave_id = await desk.authorised()
    [claimed] = await claim_sealings(desk.database, NOW, at_most=5)
    made = await desk.press_made(claimed)
    # The process dies here: nothing of what it made is seen, and nobody takes its claim yet.
    await desk.work(later(seconds=10))
    assert await desk.counts([sick_leave_id]) == (0, 0)
    await desk.lease_ends()
    await desk.work(later(seconds=90))
    assert await desk.counts([sick_leave_id]) == (1, 1)
    kept = await desk.paper(sick_leave_id)
    # It was only stopped, and goes on: its claim counts no more.
    folio = await desk.folio(sick_leave_id)
    assert not await store(desk.database, desk.cipher, claimed, folio, made, now=later(seconds=95))
    assert await desk.counts([sick_leave_id]) == (1, 1)
    assert await desk.paper(sick_leave_id) == kept


async def test_a_worker_killed_in_the_middle_is_replaced_and_the_paper_tried_again(
    desk: Desk, tmp_path: Path
) -> None:
    async with press_of(tmp_path, workers=1) as press:
        own = replace(desk, press=press)
        await own.sealed()
        sick_leave_id = await own.authorised()
        working = asyncio.create_task(own.work())
        press.workers[0].kill()
        await working
        await own.work(later(seconds=10))
        assert await own.counts([sick_leave_id]) == (1, 1)


async def test_a_worker_that_takes_too_long_is_ended_and_the_pauses_grow(
    desk: Desk, tmp_path: Path
) -> None:
    async with press_of(tmp_path, workers=1, seconds=0.001) as press:
        own = replace(desk, press=press)
        sick_leave_id = await own.authorised()
        pauses = []
        now = NOW
        for attempt in (1, 2, 3):
            await own.work(now)
            row = "SELECT attempts, reason, next_try_at FROM sealings WHERE sick_leave_id = $1"
            async with own.database.connection() as connection:
                held = await connection.fetchrow(row, sick_leave_id)
            assert held is not None
            assert (held["attempts"], held["reason"]) == (attempt, "timed-out")
            pauses.append((held["next_try_at"] - now).total_seconds())
            # Before its turn nothing happens, however often the job runs.
            await own.work(now)
            assert await own.value("SELECT attempts FROM sealings") == attempt
            now = held["next_try_at"]
        assert pauses == [2, 4, 8]
    await desk.work(now)
    assert await desk.counts([sick_leave_id]) == (1, 1)


async def test_an_unusable_key_seals_nothing_and_degrades_the_service(
    desk: Desk, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing", encoding="utf-8")
    async with open_press(KeyFile(broken), production=False, workers=1) as press:
        own = replace(desk, press=press)
        waiting = [await own.authorised() for _ in range(3)]
        app = await own.work()
        await job("seal-key").run(app, NOW)
        health = app[HEALTH]
        await health.probe()
        assert health.report()["checks"] == {"seal": False}
        assert await own.counts(waiting) == (0, 0)
    await desk.work(later(minutes=1))
    assert await desk.counts(waiting) == (3, 3)


async def test_revoked_before_its_seal_it_never_gets_one(desk: Desk) -> None:
    sick_leave_id = await desk.authorised()
    [claimed] = await claim_sealings(desk.database, NOW, at_most=5)
    made = await desk.press_made(claimed)
    folio = await desk.folio(sick_leave_id)
    await desk.revoke(sick_leave_id)
    assert not await store(desk.database, desk.cipher, claimed, folio, made, now=NOW)
    [] = await claim_sealings(desk.database, later(days=1), at_most=5)
    assert await desk.counts([sick_leave_id]) == (0, 0)
    assert await desk.value("SELECT count(*) FROM sealings") == 0


async def test_work_on_what_was_revoked_is_dropped(desk: Desk) -> None:
    first, second = await desk.authorised(), await desk.authorised()
    claims = await claim_sealings(desk.database, NOW, at_most=5)
    await desk.revoke(first)
    await desk.revoke(second)
    [taken] = [one for one in claims if one.sick_leave_id == first]
    assert not await seal_sick_leave(
        desk.database, desk.cipher, desk.the_press, desk.profile,
        public_url="https://x.example.org", claimed=taken, clock=lambda: NOW,
    )  # fmt: skip
    await desk.lease_ends()
    app = desk.app()
    await job("seal-forget").run(app, NOW)
    assert await desk.value("SELECT count(*) FROM sealings") == 0


async def test_content_moved_to_another_row_is_postponed_and_holds_up_nobody(desk: Desk) -> None:
    other = replace(desk, cipher=type(desk.cipher)("//////////////////////////////////////////8="))
    unreadable = await other.authorised()
    readable = await desk.authorised()
    await desk.work()
    assert await desk.counts([unreadable, readable]) == (1, 1)
    reason = "SELECT reason FROM sealings WHERE sick_leave_id = $1"
    assert await desk.value(reason, unreadable) == "Unopenable"


async def test_old_papers_keep_their_certificate_when_the_key_changes(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.sealed()
    async with press_of(tmp_path) as press:
        await replace(desk, press=press).sealed()
    assert await desk.value("SELECT count(*) FROM seal_certificates") == 2
    assert await desk.value("SELECT count(DISTINCT fingerprint) FROM sealed_documents") == 2


async def test_what_waits_is_counted_for_health(desk: Desk) -> None:
    await desk.authorised()
    app = desk.app(later(seconds=30))
    await job("sealings").run(app, later(seconds=30))
    figures = app[HEALTH].report()["figures"]
    assert figures == {"sealings_waiting": 1.0, "sealings_oldest_seconds": 30.0}


def test_a_lease_outlasts_what_a_paper_may_take() -> None:
    assert LEASE.total_seconds() >= 3 * 20.0
