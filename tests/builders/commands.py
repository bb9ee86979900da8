"""Identity's commands as an operator runs them: in a process, with settings from outside."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from databases import Database

from builders.roll import DELIVERY_KEY, INSTITUTE, Line, roll_text

PUBLIC_URLS = {
    "development": "http://localhost:8080",
    "production": "https://citas.example.org",
}


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs `python -m identity ...` on one database."""

    database: Database
    folder: Path

    async def __call__(self, *arguments: str, environment: str = "development") -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "identity",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "IDENTITY_ENVIRONMENT": environment,
                "IDENTITY_PUBLIC_URL": PUBLIC_URLS[environment],
                "IDENTITY_INSTITUTE": str(INSTITUTE),
                "IDENTITY_DATABASE_URL": self.database.app_url,
                "IDENTITY_AMQP_URL": "amqp://identity:none@127.0.0.1:9/",
                "IDENTITY_DELIVERY_KEY": DELIVERY_KEY,
            },
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    def roll(self, lines: list[Line] | tuple[Line, ...]) -> str:
        path = self.folder / "padron.csv"
        path.write_text(roll_text(lines), encoding="utf-8")
        return str(path)
