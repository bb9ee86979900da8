"""The real PostgreSQL and RabbitMQ that tests run against.

The run's servers are those of the environment (`make servers` prints how) or private ones, shared
by all of the run's processes. Tests that stop or kill a server ask for one of their own.
"""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hosting import Host, ask, brief_rabbitmq

from deploy.local.accounts import remove_data
from deploy.local.postgres import postgres as provide_postgres
from deploy.local.processes import Guard, guarded
from deploy.local.server import Broker, Server

_HOST = pytest.StashKey[Host]()
_SOCKET = "servers_socket"


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process is the servers' host; under xdist it runs no tests itself."""
    if not hasattr(config, "workerinput"):
        config.stash[_HOST] = Host()
        config.stash[_HOST].start()
        # Who is asked to end does so in order, as by Ctrl-C: pytest itself would just drop dead.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells each worker of xdist where the host is to be asked."""
    node.workerinput[_SOCKET] = str(node.config.stash[_HOST].socket)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whatever ended the run, Ctrl-C too, ends the servers."""
    if host := config.stash.get(_HOST, None):
        host.end()


@pytest.fixture(scope="session")
def host(request: pytest.FixtureRequest) -> Path:
    """The socket at which the host of the run's servers answers."""
    workerinput = getattr(request.config, "workerinput", None)
    return Path(workerinput[_SOCKET]) if workerinput else request.config.stash[_HOST].socket


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
async def postgres(host: Path) -> Server:
    """The run's PostgreSQL."""
    return await ask(host, "postgres")


@pytest.fixture(scope="session")
async def rabbitmq(host: Path) -> Broker:
    """The run's RabbitMQ."""
    return await ask(host, "rabbitmq")


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
    async with brief_rabbitmq(folder, guard) as server:
        yield server
    remove_data(folder)
