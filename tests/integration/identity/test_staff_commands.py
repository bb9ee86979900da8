"""Operators' commands around staff: the first administrator, demo staff, verifying the audit."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from builders.commands import Commands
from builders.identity import World, running, settings
from builders.roll import UNIT
from builders.staff import audited
from databases import Database

from shared import audit_chain
from shared.clock import now
from shared.ids import uuid7

EMAIL = "primera@example.org"
LINK = re.compile(r"http://localhost:8080/activar\?token=([A-Za-z0-9_-]{43})\n")


@pytest.fixture
async def command(new_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> Commands:
    return Commands(await new_database("identity"), tmp_path)


async def activate(world: World, token: str) -> str:
    made = await world.call("POST", "/v1/accounts/activations", {"token": token})
    assert made.status == 200, made.body
    return str(made.body["temporary_password"])


async def test_r_14_the_first_administrator_is_made_by_a_command_and_mailed_a_link(
    command: Commands, tmp_path: Path
) -> None:
    ended = await command("create-administrator", EMAIL, "--name", "Persona Primera")

    assert ended.code == 0, ended.err
    async with running(settings(command.database), tmp_path, at=now()) as world:
        token = await world.activation_token()
        assert token not in ended.out + ended.err
        password = await activate(world, token)
        tokens = (await world.log_in(EMAIL, password)).body
        headers = {"Idempotency-Key": "k-1"}
        made = await world.call(
            "POST",
            "/v1/staff/accounts",
            {"role": "auditor", "email": "otra@example.org"},
            bearer=tokens["access_token"],
            headers=headers,
        )
        assert made.status == 201, made.body
        (row,) = await audited(world, "create-administrator")
        assert (row["actor_id"], row["role"], row["outcome"]) == (None, "command", "done")


async def test_r_14_without_mail_the_link_goes_to_a_file_of_its_owners_alone(
    command: Commands, tmp_path: Path
) -> None:
    out = tmp_path / "link"
    out.touch(mode=0o644)

    first = await command(
        "create-administrator", EMAIL, "--name", "Persona", "--link-file", str(out)
    )
    stale = LINK.fullmatch(out.read_text())
    again = await command(
        "create-administrator", EMAIL, "--name", "Persona", "--link-file", str(out)
    )

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert out.stat().st_mode & 0o777 == 0o600
    fresh = LINK.fullmatch(out.read_text())
    assert stale is not None
    assert fresh is not None
    assert fresh[1] not in first.out + first.err + again.out + again.err
    async with running(settings(command.database), tmp_path, at=now()) as world:
        assert await world.count("deliveries") == 0
        assert await world.count("accounts") == 1
        void = await world.call("POST", "/v1/accounts/activations", {"token": stale[1]})
        assert (void.status, void.slug) == (410, "link-expired")
        await activate(world, fresh[1])
    refused = await command("create-administrator", "b@example.org", "--name", "Otra")
    confirmed = await command(
        "create-administrator", "b@example.org", "--name", "Otra", "--confirm"
    )
    taken = await command("create-administrator", EMAIL, "--name", "Otra", "--confirm")
    assert refused.code == 4
    assert "--confirm" in refused.err
    assert confirmed.code == 0, confirmed.err
    assert (taken.code, taken.err.split(":")[0]) == (1, "account-exists")


async def test_a_place_that_cannot_be_written_to_costs_no_account(
    command: Commands, tmp_path: Path
) -> None:
    nowhere = tmp_path / "none" / "link"

    ended = await command(
        "create-administrator", EMAIL, "--name", "Persona", "--link-file", str(nowhere)
    )
    bad = await command("create-administrator", "not an address", "--name", "Persona")

    assert ended.code != 0
    assert bad.code == 2
    async with running(settings(command.database), tmp_path, at=now()) as world:
        assert await world.count("accounts") == 0


async def test_demo_staff_can_log_in_and_are_refused_in_production(
    command: Commands, tmp_path: Path
) -> None:
    wanted, out = tmp_path / "staff.json", tmp_path / "logins"
    wanted.write_text(
        json.dumps(
            [
                {"role": "auditor", "email": "a@example.org", "name": "A"},
                {"role": "doctor", "unit": UNIT, "doctor_id": str(uuid7()),
                 "email": "d@example.org", "name": "D"},
            ]
        )
    )  # fmt: skip

    ended = await command("activate-demo-staff", str(wanted), str(out))
    refused = await command(
        "activate-demo-staff", str(wanted), str(tmp_path / "x"), environment="production"
    )

    assert ended.code == 0, ended.err
    assert refused.code == 2
    assert out.stat().st_mode & 0o777 == 0o600
    logins = [json.loads(line) for line in out.read_text().splitlines()]
    async with running(settings(command.database), tmp_path, at=now()) as world:
        for login in logins:
            assert (await world.log_in(login["username"], login["password"])).status == 201


async def test_verify_audit_ends_with_one_when_the_chain_is_broken(
    command: Commands, tmp_path: Path
) -> None:
    for number in range(3):
        await command("create-administrator", f"{number}@example.org", "--name", "Persona")
    unlinked = await command("verify-audit")
    async with running(settings(command.database), tmp_path, at=now()) as world:
        # A row is linked once no transaction older than it is under way, the relay's for one.
        async with asyncio.timeout(20):
            while await world.count("audit") > await world.count("audit_links"):
                await audit_chain.link(world.database)
                await asyncio.sleep(0.05)
    whole = await command("verify-audit")
    head = whole.out.split()[-1]
    seen = await command("verify-audit", "--seen", head)
    owner = await asyncpg.connect(command.database.owner_url)
    await owner.execute(
        "UPDATE audit SET role = 'x'"
        " WHERE audit_id = (SELECT audit_id FROM audit_links WHERE number = 2)"
    )
    await owner.close()
    broken = await command("verify-audit")
    other = await command("verify-audit", "--seen", f"9:{'0' * 64}")

    assert (unlinked.code, whole.code, seen.code) == (0, 0, 0), unlinked.err
    assert "the audit is whole; 3 rows not yet linked" in unlinked.out
    assert "the audit is whole; 0 rows not yet linked; head 3:" in whole.out
    assert broken.code == other.code == 1
    assert broken.out.splitlines()[0] == "2: changed"
    assert "BROKEN, 1 faults" in broken.out
    assert other.out.splitlines()[:2] == ["2: changed", "9: other-head"]
