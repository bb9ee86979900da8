"""Notifications as a process of its own, on a real database and broker, towards a mail server."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from databases import Database as Made

from builders.mail_facts import INSTITUTES, PROFILE, Family, booked
from builders.messaging import Bus
from deploy.local.environments import base
from shared import outbox
from shared.clock import now
from shared.ids import uuid7

_LANES = 8
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """What one process of notifications stands on; several may run on it."""

    made: Made
    bus: Bus
    identity_url: str
    smtp_port: int
    folder: Path

    @contextlib.asynccontextmanager
    async def running(
        self, crash_at: str | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """The process; ended after the block if it still lives."""
        settings = {
            "ENVIRONMENT": "development",
            "INSTITUTE": str(INSTITUTES / PROFILE.code),
            "DATABASE_URL": self.made.app_url,
            "AMQP_URL": self.bus.url("notifications"),
            "IDENTITY_URL": self.identity_url,
            "CLIENT_SECRET": "made-up",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
            "SMTP_SECURITY": "none",
        }
        environment = base() | {f"NOTIFICATIONS_{name}": value for name, value in settings.items()}
        if crash_at is not None:
            environment["CRASH_AT"] = crash_at
        with (self.folder / "notifications.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "notifications"), env=environment, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 20)

    async def knows(self, families: Sequence[Family]) -> None:
        """Everything about these families, as their events would have left it."""
        unit = PROFILE.units[0].code
        rows: dict[str, list[tuple[object, ...]]] = {
            "accounts": [(f.account_id, f.family_id, "activated", 2, now()) for f in families],
            "addresses": [
                (f.account_id, f.family_id, f.email, f.name, "es-MX", True, 1, now())
                for f in families
            ],
            "members": [(f.member_id, f.family_id, 1, now(), unit) for f in families],
            "people": [(f.member_id, f.person, 1, now()) for f in families],
        }
        async with self.owner() as connection:
            for table, records in rows.items():
                await connection.copy_records_to_table(table, records=records)

    async def publish(self, families: Iterable[Family], starts_at: datetime) -> None:
        """One booking of each family, as scheduling tells it."""
        facts = [
            booked(family, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20))
            for family in families
        ]
        rows = [outbox.row(fact, sequence=1, now=now(), event_id=uuid7()) for fact in facts]
        share = -(-len(rows) // _LANES)
        await asyncio.gather(
            *(
                self.bus.send(
                    "scheduling", rows[0].exchange, rows[0].routing_key,
                    *(row.body for row in rows[at : at + share]),
                )
                for at in range(0, len(rows), share)
            )
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection as the owner of the tables."""
        connection = await asyncpg.connect(self.made.owner_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def states(self) -> dict[str, int]:
        """How many mails, reminders apart, are in each state."""
        async with self.owner() as connection:
            rows = await connection.fetch(
                "SELECT state, count(*) FROM mails WHERE template <> 'reminder' GROUP BY state"
            )
        return {row["state"]: row["count"] for row in rows}

    async def on_ledger(self, count: int, seconds: float) -> None:
        """Waits until so many duties to mail are on the ledger, whatever became of them."""
        deadline = asyncio.get_running_loop().time() + seconds
        while sum((found := await self.states()).values()) < count:
            assert asyncio.get_running_loop().time() < deadline, found
            await asyncio.sleep(0.1)

    async def all_sent(self, count: int, seconds: float) -> None:
        """Waits until so many mails are sent and none waits; tells what there is instead."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (found := await self.states()) != {"sent": count}:
            assert asyncio.get_running_loop().time() < deadline, found
            await asyncio.sleep(0.1)

    async def expire_leases(self) -> None:
        """What the passing of two minutes does to the mails of a claimer that died."""
        async with self.owner() as connection:
            await connection.execute(
                "UPDATE mails SET leased_until = clock_timestamp() - interval '1 second'"
                " WHERE state = 'sending'"
            )

    async def tries(self) -> dict[str, tuple[int, int]]:
        """Attempts and indeterminate ones of each mail, by its Message-ID."""
        async with self.owner() as connection:
            rows = await connection.fetch("SELECT message_id, attempts, indeterminate FROM mails")
        return {row["message_id"]: (row["attempts"], row["indeterminate"]) for row in rows}


def families(count: int) -> list[Family]:
    """So many generated families, each with an account of its own."""
    return [Family(person=f"Persona Generada {number}") for number in range(count)]


def ids(found: Iterable[str]) -> set[UUID]:
    """The causes named in Message-IDs."""
    return {UUID(text[1:].partition(".")[0]) for text in found}
