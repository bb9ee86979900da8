"""Scheduling's own audit (decision 13): chained, read by auditors, verified by the command."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from builders.desk import clerk
from builders.scheduling import INSTITUTE, PROFILE, World
from builders.scheduling_api import serving
from databases import Database as Made

from scheduling.usecases.adopt_profile import adopt_profile
from shared import audit_chain
from shared.database import open_database


async def verified(made: Made) -> tuple[int, str]:
    """`python -m scheduling verify-audit`: its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scheduling", "verify-audit"),
        stdout=asyncio.subprocess.PIPE,
        env={
            "PATH": os.environ["PATH"],
            "SCHEDULING_ENVIRONMENT": "development",
            "SCHEDULING_PUBLIC_URL": "http://localhost:8080",
            "SCHEDULING_INSTITUTE": str(INSTITUTE),
            "SCHEDULING_DATABASE_URL": made.app_url,
            "SCHEDULING_AMQP_URL": "amqp://scheduling:none@127.0.0.1:9/",
            "SCHEDULING_IDENTITY_URL": "http://127.0.0.1:9",
            "SCHEDULING_CLIENT_SECRET": "not-asked-by-this-command",
        },
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_what_staff_did_is_chained_read_by_auditors_and_verified_by_a_command(
    new_database: Callable[[str], Awaitable[Made]],
) -> None:
    made = await new_database("scheduling")
    async with open_database(made.app_url, name="test", size=4) as database:
        await adopt_profile(database, PROFILE)
        world = World(database)
        async with serving(database) as api:
            desk, auditor = clerk(api), clerk(api, "auditor")
            family, day = await world.family(), await world.day()
            booked = (await desk.book(family.holder, day.slots[0])).body
            refused = await desk.book(family.holder, day.slots[0])
            await audit_chain.link(database)

            path = f"/v1/staff/audit/scheduling?subject={family.holder}"
            rows = (await auditor.get(path)).body["items"]
            again = (await auditor.get("/v1/staff/audit/scheduling?operation=read-audit")).body

    assert [(row["number"], row["outcome"]) for row in rows] == [(2, refused.slug), (1, "done")]
    assert booked["id"] in rows[1]["subjects"]
    assert rows[0]["actor"] == {
        "account_id": str(desk.account_id), "role": "front_desk", "unit": desk.unit,
    }  # fmt: skip
    assert [row["actor"]["role"] for row in again["items"]] == ["auditor"]
    status, out = await verified(made)
    assert status == 0
    # What auditors read has its rows, too; no job runs here to link them.
    assert "whole; 2 rows not yet linked; head 2:" in out
