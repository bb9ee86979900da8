"""Gives families accounts by identity's own use case: `python -m identity activate-demo`."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.local.balance.running import Running
from deploy.local.environments import base
from deploy.local.processes import run
from deploy.local.system import IDENTITY


class NotActivated(Exception):
    """Identity refused; the text is its own."""


async def activate(running: Running, numbers: Sequence[str]) -> dict[str, str]:
    """The passwords of these holders' accounts, by number; raises `NotActivated`."""
    with tempfile.TemporaryDirectory(prefix="sisa-replay-") as folder:
        given, made = Path(folder) / "numbers", Path(folder) / "logins.jsonl"
        given.write_text("".join(f"{number}\n" for number in numbers), encoding="utf-8")
        status, output = await run(
            [
                *(sys.executable, "-m", "identity", "activate-demo", str(made)),
                *("--numbers", str(given)),
            ],
            env=base() | _settings(running),
        )
        if status != 0:
            raise NotActivated(f"identity activate-demo failed ({status}):\n{output[-2000:]}")
        lines = map(json.loads, made.read_text("utf-8").splitlines())
        return {line["username"]: line["password"] for line in lines}


def _settings(running: Running) -> dict[str, str]:
    return {
        f"{IDENTITY.prefix}{name}": value
        for name, value in {
            "ENVIRONMENT": "development",
            "INSTITUTE": str(running.institute),
            "SECRETS_DIR": str(running.secrets[IDENTITY.name]),
            "PUBLIC_URL": running.gateway,
        }.items()
    }
