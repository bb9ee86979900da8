"""Sealed papers: no byte changes unseen, none is stored twice, and making them stalls nobody."""

import asyncio
import os
import random
import re
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from builders.document_api import Api, Got, serving
from builders.documents import NOW, press_of, sealing_key
from builders.sealing_desk import Desk, job
from poppler import Poppler
from proofs.sizes import FULL, size

from clinical_records.usecases.verify_document import verify_document
from shared.health import Health
from shared.stalls import Stalls

CHANGES = size(60, 1000)
ASKED, SEALED = size(10, 100), size(5, 100)
KILLS = size(2, 20)
STALL_MS = 50.0
_TICK_SECONDS = 0.002
_ROOT = Path(__file__).resolve().parents[2]


async def test_every_changed_byte_is_seen_by_us_and_outside_the_signature_by_pdfsig(
    desk: Desk, tmp_path: Path, poppler: Poppler, figures: Callable[[str], None]
) -> None:
    content = await desk.paper(await desk.sealed())
    # All but the signature's own value is signed: these two ranges (ISO 32000-2, 12.8.1).
    found = re.search(rb"/ByteRange ?\[0 (\d+) (\d+) (\d+) *\]", content)
    assert found is not None
    first, second, rest = map(int, found.groups())
    assert second + rest == len(content)
    signature = range(first, second)
    chance = random.Random(20310301)  # noqa: S311  # a test's repeatable choice
    path = tmp_path / "changed.pdf"
    path.write_bytes(content)
    assert await poppler.holds(path)
    assert (await verify_document(desk.database, content, NOW)).state == "valid"
    inside, outside = [0, 0, 0], [0, 0, 0]
    for number in range(CHANGES):
        place = number * len(content) // CHANGES
        changed = bytearray(content)
        changed[place] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        verdict = await verify_document(desk.database, bytes(changed), NOW)
        counted = inside if place in signature else outside
        counted[0] += 1
        counted[1] += verdict.state == "altered"
        counted[2] += not await poppler.holds(path)
    figures(
        f"{CHANGES} single-byte changes over {len(content)} bytes: outside the signature"
        f" {outside[0]}, seen by verify {outside[1]}, by pdfsig {outside[2]}; inside its /Contents"
        f" {inside[0]}, seen by verify {inside[1]}, by pdfsig {inside[2]}"
    )
    assert outside == [outside[0]] * 3
    assert inside[0] == inside[1] > 0


async def _watch(stalls: Stalls) -> None:
    """The house's meter, with a finer tick than production's."""
    loop = asyncio.get_running_loop()
    while True:
        began, worked = loop.time(), time.thread_time()
        await asyncio.sleep(_TICK_SECONDS)
        now = loop.time()
        stalls.note(now, now - began - _TICK_SECONDS, time.thread_time() - worked)


async def test_the_loop_never_stalls_while_papers_are_asked_for_and_sealed(
    desk: Desk, figures: Callable[[str], None]
) -> None:
    ready = [await desk.authorised() for _ in range(ASKED)]
    await desk.work()
    waiting = [await desk.authorised() for _ in range(SEALED)]
    stalls, took = Stalls(), list[float]()

    async def ask(api: Api, sick_leave_id: UUID) -> Got:
        began = time.perf_counter()
        got = await api.document(sick_leave_id, family_id=str(desk.family_id))
        took.append((time.perf_counter() - began) * 1000)
        return got

    async with serving(desk) as api:
        # Once, so that neither connections nor prepared statements are what is measured.
        await asyncio.gather(*(ask(api, one) for one in ready))
        took.clear()
        watching = asyncio.create_task(_watch(stalls))
        began = time.perf_counter()
        sealing = asyncio.ensure_future(job("seal").run(desk.app(), NOW))
        answers = await asyncio.gather(*(ask(api, one) for one in ready))
        await sealing
        seconds = time.perf_counter() - began
        watching.cancel()
    assert {got.status for got in answers} == {200}
    assert await desk.counts(waiting) == (SEALED, SEALED)
    took.sort()
    health = Health()
    stalls.tell(health)
    stall_ms, work_ms = (health.figures[f"loop_{one}_ms"]() for one in ("stall", "work"))
    figures(
        f"{ASKED} papers asked for at once while {SEALED} are sealed: p50"
        f" {statistics.median(took):.0f} ms, p99 {took[max(0, len(took) * 99 // 100 - 1)]:.0f} ms;"
        f" sealed {SEALED / seconds:.1f} a second with 2 workers;"
        f" the loop's longest stall {stall_ms:.1f} ms, {work_ms:.1f} ms of it its own work"
    )
    assert work_ms < STALL_MS
    # Tests that run beside this one may hold up any process; the proof itself runs alone.
    assert stall_ms < STALL_MS or not FULL


async def test_a_process_killed_between_signing_and_storing_leaves_one_paper_each(
    desk: Desk, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    key = sealing_key(tmp_path).path
    waiting = [await desk.authorised() for _ in range(KILLS * 2)]
    for number in range(KILLS):
        # The first to be reached, or one after another was stored.
        assert await _seal(desk, key, f"seal.after_sign_before_store:{number % 2 + 1}") == (
            -signal.SIGKILL
        )
        await desk.lease_ends()
    assert await _seal(desk, key, None) == 0
    documents, facts = await desk.counts(waiting)
    versions = await desk.value("SELECT max(version) FROM sick_leaves")
    figures(
        f"{KILLS} processes killed between signing and storing, {len(waiting)} sick leaves:"
        f" {documents} papers stored, {facts} sealed facts, highest version {versions}"
    )
    assert (documents, facts, versions) == (len(waiting), len(waiting), 1)


async def _seal(desk: Desk, key: Path, crash_at: str | None) -> int:
    paths = [_ROOT, _ROOT / "tests", *(_ROOT / "services").iterdir()]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, paths))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "builders.sealing_process", desk.made.app_url, str(key)),
        env=environment if crash_at is None else environment | {"CRASH_AT": crash_at},
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def test_a_worker_killed_again_and_again_delays_papers_and_loses_none(
    desk: Desk, tmp_path: Path
) -> None:
    waiting = [await desk.authorised() for _ in range(KILLS * 2)]
    async with press_of(tmp_path, workers=1) as press:
        own = replace(desk, press=press)
        for _ in range(KILLS):
            working = asyncio.create_task(own.work())
            await asyncio.sleep(0.2)
            press.workers[0].kill()
            await working
            await desk.lease_ends()
            await desk.due_now()
        await own.work()
    assert await desk.counts(waiting) == (len(waiting), len(waiting))
