"""PostgreSQL and RabbitMQ in containers, where an engine is all that a machine has."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import probes
from deploy.local.docker import container_name
from deploy.local.errors import DiedEarly
from deploy.local.ports import free_ports
from deploy.local.postgres_settings import ADMINISTRATOR as SUPERUSER
from deploy.local.postgres_settings import SETTINGS, arguments
from deploy.local.rabbitmq_settings import ADMINISTRATOR
from deploy.local.remembered import remembered

_START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class ContainerServer:
    """One container on fixed ports of 127.0.0.1, its data in a volume named after the folder."""

    url: str
    management_url: str
    ready: Callable[[], Awaitable[bool]]
    container: Any  # Docker's client has no types

    @property
    def pid(self) -> int:
        """The process id in the engine's view; not a process of this user."""
        self.container.reload()
        return int(self.container.attrs["State"]["Pid"])

    async def start(self) -> None:
        await asyncio.to_thread(self.container.start)
        deadline = time.monotonic() + _START_SECONDS
        while not await self.ready():
            await asyncio.to_thread(self.container.reload)
            if self.container.status != "running" or time.monotonic() > deadline:
                log = await asyncio.to_thread(self.container.logs, tail=40)
                raise DiedEarly(f"a container did not start:\n{log.decode(errors='replace')}")
            await asyncio.sleep(0.2)

    async def ended(self) -> None:
        await asyncio.to_thread(self.container.wait)

    async def stop(self) -> None:
        await asyncio.to_thread(self.container.stop, timeout=20)

    async def kill(self) -> None:
        await asyncio.to_thread(self.container.kill)


@contextlib.asynccontextmanager
async def postgres_container(folder: Path, engine: str) -> AsyncIterator[ContainerServer]:
    """Run PostgreSQL 17 in a container for the time of the block."""
    password = remembered(folder / "superuser.password")
    (port,) = free_ports(1)
    url = f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"
    settings = SETTINGS | {"listen_addresses": "*"}
    container = await asyncio.to_thread(
        _create,
        *(engine, "postgres:17-alpine", folder),
        data="/var/lib/postgresql/data",
        ports={"5432/tcp": port},
        environment={
            "POSTGRES_USER": SUPERUSER,
            "POSTGRES_PASSWORD": password,
            "POSTGRES_DB": "postgres",
        },
        command=["postgres", *arguments(settings)],
    )

    async def ready() -> bool:
        return await probes.postgres_answers(url)

    async with _running(ContainerServer(url, "", ready, container)) as server:
        yield server


@contextlib.asynccontextmanager
async def rabbitmq_container(folder: Path, engine: str) -> AsyncIterator[ContainerServer]:
    """Run RabbitMQ 4 in a container for the time of the block."""
    password = remembered(folder / "administrator.password")
    amqp, management = free_ports(2)
    login = f"{ADMINISTRATOR}:{password}@127.0.0.1"
    management_url = f"http://{login}:{management}"
    container = await asyncio.to_thread(
        _create,
        *(engine, "rabbitmq:4-management", folder),
        data="/var/lib/rabbitmq",
        ports={"5672/tcp": amqp, "15672/tcp": management},
        environment={"RABBITMQ_DEFAULT_USER": ADMINISTRATOR, "RABBITMQ_DEFAULT_PASS": password},
    )

    async def ready() -> bool:
        return await probes.rabbitmq_version(management_url) is not None

    server = ContainerServer(f"amqp://{login}:{amqp}/", management_url, ready, container)
    async with _running(server):
        yield server


@contextlib.asynccontextmanager
async def _running(server: ContainerServer) -> AsyncIterator[ContainerServer]:
    try:
        await server.start()
        yield server
    finally:
        await asyncio.to_thread(server.container.remove, force=True)
        server.container.client.close()


def _create(
    engine: str,
    image: str,
    folder: Path,
    *,
    data: str,
    ports: dict[str, int],
    environment: dict[str, str],
    command: list[str] | None = None,
) -> Any:
    """Make a container, not yet started, in place of one that a crash left behind."""
    # Read by testcontainers when it is imported: its clean-up container would be one image more.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.docker_client import DockerClient  # noqa: PLC0415

    name = container_name(folder)
    client = DockerClient(environment={"DOCKER_HOST": engine}).client
    for stale in client.containers.list(all=True, filters={"name": f"^/{name}$"}):
        stale.remove(force=True)
    if not client.images.list(name=image):
        client.images.pull(image)
    return client.containers.create(
        image,
        command,
        name=name,
        hostname="sisa",  # RabbitMQ keeps its data under the host's name
        environment=environment,
        ports={inside: ("127.0.0.1", outside) for inside, outside in ports.items()},
        volumes={name: {"bind": data, "mode": "rw"}},
    )
