"""What stands before the processes start: databases, tables, the broker's topology, the demo."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.environments import base
from deploy.local.errors import CannotProvide
from deploy.local.processes import run
from deploy.local.remembered import remembered, write_private
from deploy.local.system import BROKER_LOGINS, WITH_DATABASE, Service, Surroundings
from deploy.local.together import together
from deploy.postgres.provision import provision


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo institute offers to who tries it."""

    logins: list[dict[str, str]]
    """`role, username, password`, one per role that exists."""
    spare_families: list[dict[str, str]]
    """`affiliation_number, serial_number` of families on the roll that have not registered."""


async def _python(module: str, *words: str, env: dict[str, str]) -> None:
    """Run a command of ours to its end; raises `CannotProvide` with its output if it fails."""
    status, output = await run([sys.executable, "-m", module, *words], env=base() | env)
    if status != 0:
        command = " ".join(("python -m", module, *words))
        raise CannotProvide(f"`{command}` failed with status {status}:\n{output[-4000:]}")


async def databases(around: Surroundings, environments: dict[Service, dict[str, str]]) -> None:
    """Make each service's database and logins, then bring its tables up to date as the owner."""
    for service in WITH_DATABASE:
        await provision(around.postgres_url, service.package, around.logins(service))
    await together(
        *(
            _python(service.package, "migrate", env=environments[service])
            for service in WITH_DATABASE
        )
    )


async def topology(around: Surroundings, management_url: str) -> None:
    """Declare exchanges, queues, policies, logins and rights at the broker."""
    for login in BROKER_LOGINS:
        remembered(around.broker_passwords / login)
    await _python(
        *("shared.ops", "topology", "apply"),
        env={
            "SISA_OPS_MANAGEMENT_URL": management_url,
            "SISA_OPS_VHOST": around.vhost,
            "SISA_OPS_PASSWORDS_DIR": str(around.broker_passwords),
        },
    )


async def demo(
    around: Surroundings, environments: dict[Service, dict[str, str]], output: Path
) -> Demo:
    """Load the demo institute, or see that it is loaded: generated people, agendas for 30 days.

    The command gets the settings of all services at once and writes what it made to `output`.
    """
    settings = {name: value for given in environments.values() for name, value in given.items()}
    write_private(output, "")  # it will hold passwords: nobody else's to read from the first byte
    await _python(
        *("deploy.local.demo", "--output", str(output)),
        env=settings | {"INSTITUTE": around.profile.name},
    )
    made: dict[str, Any] = json.loads(output.read_text("utf-8"))  # noqa: ASYNC240  # likewise
    return Demo(made["logins"], made["spare_families"])
