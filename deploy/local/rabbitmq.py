"""Provides RabbitMQ 3.10 or newer with its management API, from the first source that has it."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from deploy.local import apt, docker
from deploy.local.container import rabbitmq_container
from deploy.local.errors import CannotProvide
from deploy.local.external import ExternalServer
from deploy.local.processes import Guard
from deploy.local.rabbitmq_node import RabbitNode
from deploy.local.rabbitmq_settings import OLDEST
from deploy.local.server import Broker

_HELP = """\
RabbitMQ 3.10 or newer is needed, and none was found:
{reasons}
Any one of these helps:
  - install it: sudo apt-get install rabbitmq-server   (or https://www.rabbitmq.com/docs/download)
  - install and start Docker
  - name a running one: export {amqp}=amqp://ADMINISTRATOR:PASSWORD@HOST:PORT/
                        export {management}=http://ADMINISTRATOR:PASSWORD@HOST:PORT"""


@contextlib.asynccontextmanager
async def rabbitmq(
    folder: Path,
    guard: Guard,
    *,
    variables: tuple[str, str] | None = None,
) -> AsyncIterator[Broker]:
    """Run RabbitMQ for the time of the block.

    In this order: the two URLs (AMQP, management) in the environment variables, if they are named;
    programs on this machine; Debian's packages; Docker. Data stay in `folder` when the block ends.

    Raises `CannotProvide`, whose text says what is missing and how to get it.
    """
    if variables is not None and os.environ.get(variables[0]):
        yield _external(*variables)
        return
    programs, reasons = await _programs()
    if programs is not None:
        node = RabbitNode.prepare(folder, *programs, guard)
        try:
            await node.start()
            yield node
        finally:
            await node.stop()
        return
    if engine := docker.engine():
        async with rabbitmq_container(folder, engine) as server:
            yield server
        return
    reasons.append("no container engine answers")
    amqp, management = variables or ("SISA_AMQP_URL", "SISA_RABBITMQ_MANAGEMENT_URL")
    listed = "\n".join(f"  - {reason}" for reason in reasons)
    raise CannotProvide(_HELP.format(reasons=listed, amqp=amqp, management=management))


def _external(amqp: str, management: str) -> ExternalServer:
    if not os.environ.get(management):
        raise CannotProvide(f"{amqp} is set; {management} is needed with it")
    return ExternalServer(os.environ[amqp], os.environ[management].rstrip("/"))


async def _programs() -> tuple[tuple[Path, Path] | None, list[str]]:
    """Return the broker's program and epmd, installed now if need be, or why there are none."""
    if found := _installed():
        return found, []
    reasons = ["no rabbitmq-server with Erlang's epmd on this machine"]
    if not await apt.usable():
        reasons.append("apt is not here or may not be used without a password")
        return None, reasons
    await apt.update()
    version = await apt.candidate("rabbitmq-server")
    if version < OLDEST:
        reasons.append("apt offers RabbitMQ {}.{}".format(*version))
        return None, reasons
    await apt.install("rabbitmq-server")
    return _installed(), reasons


def _installed() -> tuple[Path, Path] | None:
    # Debian's command on the PATH is a wrapper that insists on the system's own node.
    candidates = [Path("/usr/lib/rabbitmq/bin/rabbitmq-server")]
    if on_path := shutil.which("rabbitmq-server"):
        candidates.append(Path(on_path).resolve())
    name_server = shutil.which("epmd")
    if name_server is None:
        return None
    for program in candidates:
        if program.exists() and program.name != "rabbitmq-script-wrapper":
            return program, Path(name_server)
    return None
