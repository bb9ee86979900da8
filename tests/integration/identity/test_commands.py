"""Identity's commands as an operator runs them: in a process, with settings from outside."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from builders.commands import Commands
from builders.identity import World, running, settings
from builders.roll import FAMILY, Line, holders
from databases import Database


@pytest.fixture
async def command(new_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> Commands:
    return Commands(await new_database("identity"), tmp_path)


async def test_r_01_loading_says_what_it_did_and_then_that_there_is_nothing_to_do(
    command: Commands,
) -> None:
    roll = command.roll(FAMILY)

    first = await command("load-roll", roll)
    second = await command("load-roll", roll)

    assert first.code == second.code == 0
    assert "2 members in 1 families: 2 new, 0 changed, 0 lapsed" in first.out
    assert "nothing was changed" in second.out
    assert "reading" in first.err


async def test_r_01_every_bad_line_is_named_and_no_persons_data_is_written(
    command: Commands,
) -> None:
    bad = Line("91000001", "91000001", "CCCC3333", given_names="Secreta", birth_on="ayer")
    other = Line("91000002", "91000009", "DDDD3333", home_unit="Hospital")

    ended = await command("load-roll", command.roll([Line(), bad, other]))

    assert ended.code == 3
    assert ended.out.splitlines() == [
        "line 3: birth_on: not-a-date",
        "line 4: holder_number: contradicts-relation",
        "line 4: home_unit: unknown",
    ]
    assert "3 faults; nothing was changed" in ended.err
    for told in ("Secreta", "91000001", "CCCC3333", "ayer", "Hospital"):
        assert told not in ended.out + ended.err


async def test_m_7_shrinking_needs_the_word_of_who_loads(command: Commands) -> None:
    await command("load-roll", command.roll(holders(20)))

    refused = await command("load-roll", command.roll(holders(10)))
    confirmed = await command("load-roll", command.roll(holders(10)), "--confirm")

    assert refused.code == 4
    assert "10 of 20 members would leave the roll" in refused.err
    assert confirmed.code == 0
    assert "10 lapsed" in confirmed.out


async def test_demo_families_can_log_in_with_the_passwords_of_the_file(
    command: Commands, tmp_path: Path
) -> None:
    await command("load-roll", command.roll(holders(120)))
    out = tmp_path / "logins.jsonl"

    ended = await command("activate-demo", str(out), "--count", "110")

    assert ended.code == 0, ended.err
    assert out.stat().st_mode & 0o777 == 0o600
    logins = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({login["username"] for login in logins}) == 110
    async with running(settings(command.database), tmp_path) as world:
        await _all_is_told(world, logins)


async def _all_is_told(world: World, logins: list[dict[str, str]]) -> None:
    # The command ran by the wall clock, which is earlier than the world's.
    for login in logins[:3]:
        async with world.database.connection() as connection:
            await connection.execute("UPDATE accounts SET password_expires_at = NULL")
        answer = await world.log_in(login["username"], login["password"])
        assert answer.status == 201
    assert await world.count("consents") == 440
    assert len(await world.events("identity.account.activated")) == 110
    assert len(await world.events("identity.contact.changed")) == 110
    assert await world.count("deliveries") == 0


async def test_a_second_activation_of_the_same_demo_families_gives_new_passwords_only(
    command: Commands, tmp_path: Path
) -> None:
    await command("load-roll", command.roll(holders(2)))
    numbers = tmp_path / "numbers"
    numbers.write_text("\n".join(line.affiliation_number for line in holders(2)))
    first, second = tmp_path / "first", tmp_path / "second"

    await command("activate-demo", str(first), "--numbers", str(numbers))
    again = await command("activate-demo", str(second), "--numbers", str(numbers))

    assert again.code == 0, again.err
    assert first.read_text() != second.read_text()
    async with running(settings(command.database), tmp_path) as world:
        assert len(await world.events("identity.account.activated")) == 2


async def test_demo_accounts_are_refused_in_production(command: Commands, tmp_path: Path) -> None:
    out = tmp_path / "logins.jsonl"

    ended = await command("activate-demo", str(out), environment="production")

    assert ended.code == 2
    assert not out.exists()


async def test_republishing_goes_to_one_known_queue(command: Commands) -> None:
    await command("load-roll", command.roll(FAMILY))

    ended = await command("republish", "members", "--to", "scheduling.members")
    unknown = await command("republish", "members", "--to", "everywhere")

    assert ended.code == 0, ended.err
    assert "4 facts for scheduling.members" in ended.out
    assert unknown.code == 2


async def test_a_new_signing_key_is_one_command(command: Commands) -> None:
    first = await command("rotate-signing-key")
    second = await command("rotate-signing-key")

    assert first.code == second.code == 0
    assert first.out != second.out
