"""`verify` says of a file what an employer needs to know, and pdfsig agrees (R-44)."""

import asyncio
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from builders.documents import INSTITUTES, NOW, RECORD_KEY, press_of
from builders.sealing_desk import Desk
from poppler import Poppler

from clinical_records.cli.verify import EXIT_CODES
from clinical_records.usecases.verify_document import verify_document


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str


async def _command(desk: Desk, file: Path) -> Said:
    prefix = "CLINICAL_RECORDS_"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clinical_records", "verify", str(file)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            "PATH": os.environ["PATH"],
            "NO_COLOR": "1",
            f"{prefix}ENVIRONMENT": "development",
            f"{prefix}INSTITUTE": str(INSTITUTES / "issstecali"),
            f"{prefix}DATABASE_URL": desk.made.app_url,
            f"{prefix}AMQP_URL": "amqp://clinical:none@127.0.0.1:9/",
            f"{prefix}IDENTITY_URL": "http://127.0.0.1:9",
            f"{prefix}CLIENT_SECRET": "none",
            f"{prefix}RECORD_KEY": RECORD_KEY,
        },
    )
    out, _ = await process.communicate()
    return Said(process.returncode or 0, out.decode())


async def _state(desk: Desk, content: bytes) -> str:
    return (await verify_document(desk.database, content, NOW)).state


async def test_the_command_tells_valid_altered_revoked_and_unknown_apart(
    desk: Desk, tmp_path: Path, poppler: Poppler
) -> None:
    sick_leave_id = await desk.sealed()
    content, folio = await desk.paper(sick_leave_id), await desk.folio(sick_leave_id)
    valid, altered, unknown = (tmp_path / f"{name}.pdf" for name in ("v", "a", "u"))
    valid.write_bytes(content)
    altered.write_bytes(content.replace(b"/Title", b"/Titel", 1))
    unknown.write_bytes(b"%PDF-1.7 nothing of ours")
    said = await _command(desk, valid)
    assert said.code == EXIT_CODES["valid"] == 0
    assert said.out.startswith("valid: ")
    assert f"folio {folio}" in said.out
    assert await poppler.holds(valid)
    for path, state, code in ((altered, "altered", 3), (unknown, "unknown", 5)):
        said = await _command(desk, path)
        assert (said.code, said.out.partition(":")[0]) == (code, state)
        assert not await poppler.holds(path)
    await desk.revoke(sick_leave_id)
    said = await _command(desk, valid)
    assert (said.code, said.out.partition(":")[0]) == (4, "revoked")


async def test_a_file_that_is_not_there_is_no_verdict(desk: Desk, tmp_path: Path) -> None:
    assert (await _command(desk, tmp_path / "none.pdf")).code == 2


async def test_old_papers_verify_after_the_key_changed(desk: Desk, tmp_path: Path) -> None:
    old = await desk.paper(await desk.sealed())
    async with press_of(tmp_path) as press:
        rotated = replace(desk, press=press)
        new = await rotated.paper(await rotated.sealed())
    assert [await _state(desk, one) for one in (old, new)] == ["valid", "valid"]


async def test_a_paper_sealed_by_a_stranger_s_key_is_not_valid(desk: Desk, tmp_path: Path) -> None:
    sick_leave_id = await desk.sealed()
    async with press_of(tmp_path) as press:
        forger = replace(desk, press=press)
        forged = await forger.press_made_of(await desk.folio(sick_leave_id))
        nobodys = await forger.press_made_of("2222-3333-4444-5555")
    assert await _state(desk, forged.content) == "altered"
    assert await _state(desk, nobodys.content) == "unknown"


async def test_the_same_key_over_other_words_is_altered(desk: Desk) -> None:
    sick_leave_id = await desk.sealed()
    again = await desk.press_made_of(await desk.folio(sick_leave_id))
    assert await _state(desk, again.content) == "altered"
    elsewhere = await desk.press_made_of("2222-3333-4444-5555")
    assert await _state(desk, elsewhere.content) == "altered"


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"\x00" * 100])
async def test_what_is_added_after_the_seal_is_altered(desk: Desk, tail: bytes) -> None:
    content = await desk.paper(await desk.sealed())
    assert await _state(desk, content + tail) == "altered"
    assert await _state(desk, content[:-1]) == "altered"


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-", b"\x00" * 4096, b"%PDF-1.7\n" + b"(" * 100_000, b"a" * 9_000_000]
)
async def test_what_is_no_paper_is_unknown_and_breaks_nothing(desk: Desk, content: bytes) -> None:
    await desk.sealed()
    assert await _state(desk, content) == "unknown"
