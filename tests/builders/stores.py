"""Every byte that a running system keeps, written out so that it can be searched."""

import asyncio
import base64
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aio_pika
import aiohttp
import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from builders.system import System
from deploy.postgres.provision import database_url
from shared.contracts.event import PRIVATE_EXCHANGE, PUBLIC_EXCHANGE
from shared.topology import HISTORY

_TEXT = 10 * 1024 * 1024


async def databases(system: System, folder: Path) -> None:
    """Every row of every table of every database as text (bytes as hex), then the server's files.

    The files hold what rows no longer do: dead versions, indexes, the log of changes.
    """
    admin_url = str(system.local["postgres"])
    admin = await asyncpg.connect(admin_url)
    try:
        names = await admin.fetch("SELECT datname FROM pg_database WHERE datallowconn")
        for row in names:
            await _rows(database_url(admin_url, row["datname"]), folder / f"{row['datname']}.rows")
        await admin.execute("CHECKPOINT")
        templates = await admin.fetch("SELECT oid::text FROM pg_database WHERE datistemplate")
        skipped = {f"./base/{row['oid']}" for row in templates}
        await _files(admin, ".", folder / "files", skipped)
    finally:
        await admin.close()


async def _rows(url: str, out: Path) -> None:
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname <> 'pg_catalog'"
        )
        with out.open("wb") as file:
            for table in tables:
                await connection.copy_from_table(
                    table["tablename"], schema_name=table["schemaname"], output=file
                )
    finally:
        await connection.close()


async def _files(admin: asyncpg.Connection, path: str, out: Path, skipped: set[str]) -> None:
    """The server's own files, read through it: it may stand in a container."""
    out.mkdir(parents=True)  # noqa: ASYNC240  # nobody else waits
    entries = await admin.fetch("SELECT name FROM pg_ls_dir($1, true, false) AS name", path)
    for entry in entries:
        inner = f"{path}/{entry['name']}"
        if inner in skipped:
            continue
        size, is_folder = await admin.fetchrow(
            "SELECT size, isdir FROM pg_stat_file($1, true)", inner
        ) or (None, None)
        if is_folder:
            await _files(admin, inner, out / entry["name"], skipped)
        elif size is not None:
            with (out / entry["name"]).open("wb") as file:
                for at in range(0, size, _TEXT):
                    part = await admin.fetchval(
                        "SELECT pg_read_binary_file($1, $2, $3, true)", inner, at, _TEXT
                    )
                    file.write(part or b"")


@contextlib.asynccontextmanager
async def tapped(system: System, out: Path) -> AsyncIterator[None]:
    """Everything that anybody publishes during the block, public and private."""
    connection = await aio_pika.connect(system.facts["amqp"])
    with out.open("ab") as file:

        async def note(message: AbstractIncomingMessage) -> None:
            _write(file, message)

        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(exclusive=True)
            for exchange in (PUBLIC_EXCHANGE, PRIVATE_EXCHANGE):
                await queue.bind(exchange, "#")
            await queue.consume(note, no_ack=True)
            yield


async def queues(system: System, folder: Path) -> dict[str, int]:
    """Every message that lies in a queue, a dead letter's or the history; how many in each."""
    api = str(system.local["rabbitmq_management"])
    counted: dict[str, int] = {}
    async with aiohttp.ClientSession() as session, session.get(f"{api}/api/queues/%2F") as answer:
        listed = [one["name"] for one in await answer.json()]
        for name in listed:
            with (folder / f"{name}.messages").open("wb") as file:
                if name == HISTORY:
                    counted[name] = await _history(system, file)
                else:
                    counted[name] = await _peeked(session, api, name, file)
    return counted


async def _peeked(session: aiohttp.ClientSession, api: str, name: str, file: Any) -> int:
    """All of a queue's messages, each put back."""
    body = {"count": 100_000, "ackmode": "ack_requeue_true", "encoding": "base64"}
    url = f"{api}/api/queues/%2F/{quote(name, safe='')}/get"
    async with session.post(url, json=body) as answer:
        found = await answer.json()
    if answer.status != 200:
        # A queue that one process holds for itself, or that ended since it was listed: it hears of
        # revocations alone, and those were tapped.
        assert ".revoked." in name or name.startswith("amq.gen"), (name, found)
        return 0
    for message in found:
        file.write(base64.b64decode(message.pop("payload")) + json.dumps(message).encode() + b"\n")
    return len(found)


async def _history(system: System, file: Any) -> int:
    """The whole stream from its first message, until nothing more comes."""
    seen = 0
    heard = asyncio.Event()

    async def note(message: AbstractIncomingMessage) -> None:
        nonlocal seen
        _write(file, message)
        seen += 1
        heard.set()
        await message.ack()

    async with await aio_pika.connect(system.facts["amqp"]) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=500)
        queue = await channel.get_queue(HISTORY)
        await queue.consume(note, arguments={"x-stream-offset": "first"})
        with contextlib.suppress(TimeoutError):
            while True:
                heard.clear()
                async with asyncio.timeout(1.5):
                    await heard.wait()
    return seen


def _write(file: Any, message: AbstractIncomingMessage) -> None:
    file.write(message.body + repr(message.headers).encode() + b"\n")


def logs(system: System) -> list[Path]:
    """Every file below the running system's folder but the mail catcher's and the kept secrets."""
    found = []
    for folder, inner, names in os.walk(system.folder):
        inner[:] = [name for name in inner if name not in {"mail", "kept"}]
        found += [Path(folder) / name for name in names]
    assert all(Path(one) in found for one in system.facts["logs"].values())
    return found
