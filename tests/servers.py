"""The real PostgreSQL and RabbitMQ that tests run against.

The session's servers are those of the environment (`make servers` prints how) or private ones.
Tests that stop or kill a server ask for a private one, which is always their own.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.accounts import remove_data
from deploy.local.postgres import postgres as provide_postgres
from deploy.local.processes import Guard, guarded
from deploy.local.rabbitmq import rabbitmq as provide_rabbitmq
from deploy.local.server import Broker, Server

_POSTGRES = "SISA_TEST_POSTGRES_URL"
_RABBITMQ = ("SISA_TEST_AMQP_URL", "SISA_TEST_RABBITMQ_MANAGEMENT_URL")


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder that the servers' own accounts can reach, removed with all data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sisa-tests-"))
    folder.chmod(0o711)
    yield folder
    for name in folder.iterdir():
        remove_data(name)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def guard() -> AsyncIterator[Guard]:
    """Ends what the tests started even if the test run itself is killed."""
    async with guarded() as running:
        yield running


@pytest.fixture(scope="session")
async def postgres(servers_folder: Path, guard: Guard) -> AsyncIterator[Server]:
    """The session's PostgreSQL."""
    folder = servers_folder / "postgres"
    async with provide_postgres(folder, guard, variable=_POSTGRES) as server:
        yield server


@pytest.fixture(scope="session")
async def rabbitmq(servers_folder: Path, guard: Guard) -> AsyncIterator[Broker]:
    """The session's RabbitMQ."""
    folder = servers_folder / "rabbitmq"
    async with provide_rabbitmq(folder, guard, variables=_RABBITMQ) as server:
        yield server


@pytest.fixture(scope="module")
async def private_postgres(servers_folder: Path, guard: Guard) -> AsyncIterator[Server]:
    """A PostgreSQL that the tests of one module may stop, kill and start."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=servers_folder))
    async with provide_postgres(folder, guard) as server:
        yield server
    remove_data(folder)


@pytest.fixture(scope="module")
async def private_rabbitmq(servers_folder: Path, guard: Guard) -> AsyncIterator[Broker]:
    """A RabbitMQ that the tests of one module may stop, kill and start."""
    folder = Path(tempfile.mkdtemp(prefix="rabbitmq-", dir=servers_folder))
    async with provide_rabbitmq(folder, guard) as server:
        yield server
    remove_data(folder)
