"""Starts a whole system of a test's own, as `make run` starts it, and ends it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from builders.system import ROOT, System
from deploy.local.processes import guarded

START_SECONDS = 240.0
STOP_SECONDS = 60.0


@asynccontextmanager
async def running_system(
    folder: Path, *, institute: str, families: int = 300, **environment: str
) -> AsyncIterator[System]:
    """Starts `deploy.local.run` with a folder of its own and ends it with SIGTERM."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # once
    settings = {
        **os.environ,
        "SISA_RUN_DIR": str(folder),
        "INSTITUTE": institute,
        "DEMO_FAMILIES": str(families),
        **environment,
    }
    output = folder / "run.log"
    async with guarded() as guard:
        with output.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "deploy.local.run"),
                cwd=ROOT, env=settings, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        # Should the tests' own process be killed, the guardian asks it to end.
        guard.add(process.pid, signal.SIGTERM)
        try:
            await _ready(process, folder / "system.json", output)
            facts = json.loads((folder / "system.json").read_text())  # a small file
            local = json.loads((folder / "local.json").read_text())  # likewise
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=15)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
                yield System(folder, facts, local, session, list(facts["spare_families"]))
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
            guard.remove(process.pid)


async def _ready(process: asyncio.subprocess.Process, facts: Path, output: Path) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not facts.exists():  # noqa: ASYNC240  # looked at five times a second
            if process.returncode is not None:
                raise RuntimeError(output.read_text()[-4000:])  # noqa: ASYNC240  # the end
            await asyncio.sleep(0.2)
