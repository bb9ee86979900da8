"""Running systems for the session, shared by the walks of e2e and by the proofs."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from builders.system import Person, Servers, System
from builders.system_start import running_system
from hosting import brief_rabbitmq

from deploy.local.environments import base
from deploy.local.postgres import postgres as provide_postgres
from deploy.local.processes import Guard

FAMILIES = 1500


@pytest.fixture(scope="session")
async def servers_below(servers_folder: Path, guard: Guard) -> AsyncIterator[Servers]:
    async with (
        provide_postgres(servers_folder / "below-postgres", guard) as database,
        brief_rabbitmq(servers_folder / "below-rabbitmq", guard) as broker,
    ):
        yield Servers(database, broker)


@pytest.fixture(scope="session")
async def system(servers_below: Servers, servers_folder: Path) -> AsyncIterator[System]:
    """ISSSTECALI's, on `servers_below`, which tests may kill."""
    async with running_system(
        servers_folder / "run",
        institute="issstecali",
        families=FAMILIES,
        SISA_POSTGRES_URL=servers_below.postgres.url,
        SISA_AMQP_URL=servers_below.rabbitmq.url,
        SISA_RABBITMQ_MANAGEMENT_URL=servers_below.rabbitmq.management_url,
    ) as running:
        yield running


@pytest.fixture(scope="session")
async def iess(servers_folder: Path) -> AsyncIterator[System]:
    """IESS's, on servers of its own."""
    async with running_system(servers_folder / "run-iess", institute="iess") as running:
        yield running


@pytest.fixture(params=["system", "iess"], ids=["issstecali", "iess"])
def any_system(request: pytest.FixtureRequest) -> System:
    """Each institute's system in turn."""
    running: System = request.getfixturevalue(request.param)
    return running


@pytest.fixture(scope="session")
def people(system: System) -> Callable[[int], Awaitable[list[Person]]]:
    """So many families with accounts, logged in; made by identity's own command."""

    async def make(count: int) -> list[Person]:
        wanted = [system.spare_family() for _ in range(count)]
        numbers, made = system.folder / "numbers.txt", system.folder / "activated.jsonl"
        numbers.write_text("".join(f"{family['affiliation_number']}\n" for family in wanted))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "identity", "activate-demo"),
            *(str(made), "--numbers", str(numbers)),
            env=base() | system.identity_environment,
        )
        assert await process.wait() == 0
        logins = [json.loads(line) for line in made.read_text().splitlines()]
        found = [Person(system, login["username"], login["password"]) for login in logins]
        limit = asyncio.Semaphore(16)

        async def log_in(person: Person) -> None:
            async with limit:
                await person.log_in()

        await asyncio.gather(*(log_in(person) for person in found))
        return found

    return make
