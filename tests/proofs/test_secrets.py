"""No password and no mailed link lies anywhere but in the mailbox and in its owner's hands (I5)."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aio_pika
import asyncpg
from builders.endings import Owner
from builders.registration import registered
from builders.searching import forms, search
from builders.stores import databases, logs, queues, tapped
from builders.system import System
from proofs.sizes import size

from shared.ids import uuid7
from shared.topology import HISTORY

ACCOUNTS = size(12, 200)
AT_ONCE = 4
DEAD = "notifications.mail.dead"
CANARY = "Canario-Enjaulado-7391"
_RECOVERY = re.compile(r"/recuperar\?token=([A-Za-z0-9_-]{43})")


async def _lived(system: System, secrets: dict[str, list[str]]) -> None:
    """Registers, activates, logs in, recovers, logs in again; every secret is noted by its kind."""
    address = f"secreta-{uuid7().hex}@example.org"
    owner = Owner(system, "", "", email=address)
    token = await registered(system, address, ask=owner.ask)
    made = await owner.ask("POST", "/v1/accounts/activations", json={"token": token})
    owner.username, owner.password = made.json()["username"], made.json()["temporary_password"]
    first, session = owner.password, await owner.log_in()
    asked = await owner.ask("POST", "/v1/password-resets", json={"username": owner.username})
    assert asked.status == 202
    match = await system.mailed(address, _RECOVERY)
    body = {"token": match[1]}
    made = await owner.ask("POST", "/v1/password-resets/confirmations", json=body)
    owner.password = made.json()["temporary_password"]
    again = await owner.log_in()
    # The scan begins when the last of it has been mailed.
    await system.mailed(address, re.compile(re.escape(owner.password)))
    secrets["activation links"].append(token)
    secrets["recovery links"].append(match[1])
    secrets["passwords"] += [first, owner.password]
    secrets["refresh tokens"] += [session["refresh_token"], again["refresh_token"]]
    secrets["access tokens"] += [session["access_token"], again["access_token"]]


@contextlib.asynccontextmanager
async def _canary(system: System) -> AsyncIterator[None]:
    """The canary in a row, a dead letter and a log, in a form each: who finds it looks there."""
    plain, *others = sorted(forms(CANARY), key=lambda form: form != CANARY)
    connection = await asyncpg.connect(system.facts["databases"]["identity"])
    log = Path(system.facts["logs"]["identity"]).with_name("canary.log")
    async with await aio_pika.connect(system.facts["amqp"]) as bus:
        channel = await bus.channel()
        await connection.execute("CREATE TABLE canary (caged text)")
        try:
            await connection.execute("INSERT INTO canary VALUES ($1)", others[0])
            letter = aio_pika.Message(plain.encode(), message_id=CANARY)
            await channel.default_exchange.publish(letter, DEAD)
            log.write_text("\n".join(others))
            yield
        finally:
            await connection.execute("DROP TABLE canary")
            await connection.close()
            log.unlink()
            dead = await channel.get_queue(DEAD)
            while (message := await dead.get(fail=False)) is not None:
                if message.message_id == CANARY:
                    await message.ack()
                    break


async def test_secrets_lie_nowhere_in_plain_in_base64_or_in_hex(
    system: System, figures: Callable[[str], None], tmp_path: Path
) -> None:
    secrets: dict[str, list[str]] = {
        "activation links": [], "recovery links": [], "passwords": [], "refresh tokens": [],
        "access tokens": [],
    }  # fmt: skip
    bus, rows = tmp_path / "bus", tmp_path / "databases"
    bus.mkdir()
    rows.mkdir()
    limit = asyncio.Semaphore(AT_ONCE)

    async def lived() -> None:
        async with limit:
            await _lived(system, secrets)

    async with tapped(system, bus / "tapped.messages"):
        await asyncio.gather(*(lived() for _ in range(ACCOUNTS)))
    async with _canary(system):
        counted = await queues(system, bus)
        await databases(system, rows)
        places = [bus, rows, *logs(system)]
        caged = await search([CANARY], places, tmp_path)
        found = await search([one for kind in secrets.values() for one in kind], places, tmp_path)
    account = await system.value("identity", "SELECT max(account_id::text) FROM accounts")
    controls = await search([account], [bus, rows], tmp_path)

    files = [file for place in places for file in (place, *place.rglob("*")) if file.is_file()]
    told = ", ".join(f"{len(some)} {kind}" for kind, some in secrets.items())
    dead = sum(count for name, count in counted.items() if name.endswith(".dead"))
    figures(f"looked for in plain, hex and base64: {told}")
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    figures(
        f"in {len(files)} files, {megabytes:.0f} MB: rows and files of the databases,"
        f" {len(counted)} queues with {sum(counted.values())} messages ({counted[HISTORY]} of the"
        f" history, {dead} dead), all that was published meanwhile, all logs"
    )
    where = {one.partition(":")[0] for one in caged}
    figures(f"found: {len(found)}; of the canary, to see that it is: {len(where)} files")
    # The search finds what is there: the canary in each store, an account's id in rows and events.
    for place in ("identity.rows", f"{DEAD}.messages", "canary.log", "databases/files/"):
        assert any(place in one for one in caged), (place, caged)
    for place in ("tapped.messages", f"{HISTORY}.messages", "identity.rows"):
        assert any(place in one for one in controls), (place, controls)
    assert found == []
