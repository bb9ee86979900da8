"""A rush from the project's own trace, lived through by families, and books that can't be cooked.

The replay and its checker are started as an operator starts them, against a running system.
"""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from builders.system import ROOT, System

from deploy.local.replay.traces import morning

TRACE = Path(morning.__file__).with_name("morning.csv")
BOOKED = "mx.sisa.scheduling.appointment.booked.v1"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ran to its end."""

    status: int
    output: str
    errors: str


async def command(system: System, module: str, *words: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"deploy.local.{module}", *words),
        cwd=ROOT,
        env=os.environ | {"SISA_RUN_DIR": str(system.folder), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(240):
        output, errors = await process.communicate()
    return Ended(process.returncode or 0, output.decode(), errors.decode())


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay that has ended: its books, and the balance that it wrote."""

    system: System
    ended: Ended
    books: Path
    balance: dict[str, Any]

    async def check(self) -> Ended:
        """Balance the books once more, as they and the system are now."""
        return await command(self.system, "balance", str(self.books))


@pytest.fixture(scope="module")
async def replay(system: System, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    out = tmp_path_factory.mktemp("replay") / "balance.json"
    ended = await command(system, "replay", str(TRACE), "--speed", "600", "--out", str(out))
    assert out.exists(), ended.errors
    books = max((system.folder / "issstecali" / "replay").glob("2*"))
    return Replay(system, ended, books, json.loads(out.read_text("utf-8")))


async def test_a_rush_is_lived_through_and_balances(replay: Replay) -> None:
    balance = replay.balance
    assert replay.ended.status == 0, replay.ended.output
    assert "The books balance." in replay.ended.output
    assert balance["requests"] == 235
    assert balance["booked"] + sum(balance["refused"].values()) == 235
    assert balance["booked"] > 150
    assert balance["rows"] == balance["booked_events"] == balance["mails"] == balance["booked"]
    assert balance["booked_events_applied"]["notifications.mail"] == balance["booked"]
    assert balance["p50_ms"] <= balance["p99_ms"]


async def test_r_23_contention_of_the_trace_is_kept(replay: Replay) -> None:
    """Those who come when the doors open want the same first hours."""
    assert replay.balance["calls_refused"]["slot-taken"] > 0
    assert set(replay.balance["calls_refused"]) <= {
        "slot-taken",
        "member-busy",
        "web-quota-exhausted",
        "agenda-full",
        "limit-reached",
    }


async def test_the_balance_can_be_struck_again_from_the_books(replay: Replay) -> None:
    again = await replay.check()
    assert again.status == 0, again.output
    assert json.loads((replay.books / "balance.json").read_text("utf-8")) == replay.balance


async def test_one_row_less_and_the_books_do_not_balance(replay: Replay) -> None:
    owner = await asyncpg.connect(replay.system.facts["databases"]["scheduling"])
    try:
        appointment_id = await owner.fetchval("SELECT max(appointment_id::text) FROM appointments")
        row = await owner.fetchval(
            "DELETE FROM appointments WHERE appointment_id = $1::text::uuid"
            " RETURNING to_jsonb(appointments)::text",
            appointment_id,
        )
        cooked = await replay.check()
        await owner.execute(
            "INSERT INTO appointments"
            " SELECT * FROM jsonb_populate_record(NULL::appointments, $1::text::jsonb)",
            row,
        )
    finally:
        await owner.close()
    assert cooked.status == 1
    assert f"201 without a row: {appointment_id}" in cooked.output
    assert (await replay.check()).status == 0


async def test_one_event_less_and_the_books_do_not_balance(replay: Replay) -> None:
    path = replay.books / "events.jsonl"
    whole = path.read_text("utf-8")
    events = whole.splitlines()
    gone = next(event for event in events if json.loads(event)["type"] == BOOKED)
    path.write_text("".join(f"{event}\n" for event in events if event != gone), encoding="utf-8")
    cooked = await replay.check()
    path.write_text(whole, encoding="utf-8")
    assert cooked.status == 1
    assert f"201 without an event: {json.loads(gone)['subject']}" in cooked.output
    assert (await replay.check()).status == 0


async def test_one_mail_less_and_the_books_do_not_balance(replay: Replay) -> None:
    url = f"{replay.system.facts['mailbox']}/api/v1/messages"
    async with replay.system.session.get(url, params={"limit": "50"}) as answer:
        mails = (await answer.json())["messages"]
    gone = next(mail for mail in mails if ".appointment_booked@" in mail["MessageID"])
    async with replay.system.session.delete(url, json={"IDs": [gone["ID"]]}) as answer:
        assert answer.status == 200
    cooked = await replay.check()
    assert cooked.status == 1
    cause = gone["MessageID"].partition(".")[0]
    events = map(json.loads, (replay.books / "events.jsonl").read_text("utf-8").splitlines())
    (subject,) = (event["subject"] for event in events if event["id"] == cause)
    assert f"201 without a mail: {subject}" in cooked.output


async def test_a_trace_of_more_families_than_there_are_says_how_many_it_needs(
    system: System, tmp_path: Path
) -> None:
    trace = tmp_path / "crowd.csv"
    lines = (f"{number},0,0,{number}" for number in range(600))
    trace.write_text("\n".join(("t_s,lead_days,unit,patient", *lines)) + "\n", encoding="utf-8")
    ended = await command(system, "replay", str(trace))
    assert ended.status == 2
    assert "600 needed" in ended.errors
    assert "`DEMO_FAMILIES=" in ended.errors
