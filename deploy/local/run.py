"""Starts the whole system on this machine (`make run`) and ends it on Ctrl-C or SIGTERM."""

import asyncio
import signal
import sys

from deploy.local import prepare
from deploy.local.console import Console
from deploy.local.demo_records import demo_records
from deploy.local.description import describe, forget
from deploy.local.environments import base, environment
from deploy.local.errors import CannotProvide, DiedEarly
from deploy.local.ports import free_port
from deploy.local.postgres import postgres
from deploy.local.processes import guarded
from deploy.local.rabbitmq import rabbitmq
from deploy.local.run_folder import ROOT, AlreadyRunning, RunFolder
from deploy.local.server import Broker, Server
from deploy.local.settled import settle
from deploy.local.supervisor import Program, ProgramDied, Supervisor, supervised
from deploy.local.system import GATEWAY, IDENTITY, PORTAL, SERVICES, Service, Surroundings

_POSTGRES = "SISA_POSTGRES_URL"
_RABBITMQ = ("SISA_AMQP_URL", "SISA_RABBITMQ_MANAGEMENT_URL")
_PREFERRED = {"gateway": 8080, "mailbox": 8025}


async def run(folder: RunFolder, console: Console) -> None:
    """Start everything in order, say when it is ready, and run until cancelled.

    Raises `CannotProvide`, `DiedEarly` or `ProgramDied`, each with a text for the terminal.
    """
    if not (folder.profile / "profile.toml").exists():  # once, at the start
        raise CannotProvide(f"There is no institute `{folder.institute}` in deploy/institutes.")
    console.say("Starting PostgreSQL and RabbitMQ (installing them first where they are missing)")
    async with (
        guarded() as guard,
        postgres(folder.own / "postgres", guard, variable=_POSTGRES) as database,
        rabbitmq(folder.own / "rabbitmq", guard, variables=_RABBITMQ) as broker,
        supervised(guard, folder.logs, console) as supervisor,
    ):
        await _system(folder, console, (database, broker), supervisor)


async def _system(
    folder: RunFolder, console: Console, servers: tuple[Server, Broker], supervisor: Supervisor
) -> None:
    database, broker = servers
    around = Surroundings(
        folder.profile, database.url, broker.url, _ports(folder), folder.own / "kept"
    )
    environments = {service: environment(service, around) for service in SERVICES}

    console.say("Preparing databases and topology")
    await prepare.databases(around, environments)
    await prepare.topology(around, broker.management_url)
    console.say("Loading the demo institute")
    demo = await prepare.demo(around, environments, folder.own / "demo.json")

    console.say("Starting the services")
    await supervisor.start(_mailbox(folder, around))
    await supervisor.start(_program(IDENTITY, around, environments))
    middle = (service for service in SERVICES if service not in {IDENTITY, GATEWAY, PORTAL})
    await supervisor.start(*(_program(service, around, environments) for service in middle))
    for service in (GATEWAY, PORTAL):
        if service in SERVICES:
            await supervisor.start(_program(service, around, environments))

    console.say("Waiting until every event has reached its readers")
    await settle(around, broker.management_url)
    if await demo_records(around, demo, folder.own / "demo" / "records.json"):
        await settle(around, broker.management_url)
    supervisor.assert_running()

    def written() -> None:
        describe(folder, around, servers, supervisor, demo)

    written()
    try:
        login = demo.logins[0]
        console.say(
            f"Ready: {around.public_url}   user {login['username']}   "
            f"password {login['password']}   mail http://localhost:{around.ports['mailbox']}"
        )
        await supervisor.watch({"postgresql": database, "rabbitmq": broker}, written)
    finally:
        forget(folder)


def _ports(folder: RunFolder) -> dict[str, int]:
    # Other folders than the checkout's own are tests' and tools': several may start at once.
    preferred = _PREFERRED if folder.path == ROOT / ".run" else {}
    names = (*(service.name for service in SERVICES), "second_listener", "smtp", "mailbox")
    return {name: free_port(preferred.get(name)) for name in names}


def _program(
    service: Service, around: Surroundings, environments: dict[Service, dict[str, str]]
) -> Program:
    return Program(
        service.name,
        [sys.executable, "-m", service.package],
        base() | environments[service],
        f"{around.url(service)}/health/ready",
    )


def _mailbox(folder: RunFolder, around: Surroundings) -> Program:
    smtp, http = around.ports["smtp"], around.ports["mailbox"]
    return Program(
        "mailbox",
        [
            *(sys.executable, "-m", "deploy.local.mailbox", "--folder", str(folder.own / "mail")),
            *("--smtp-port", str(smtp), "--http-port", str(http)),
        ],
        base(),
        f"http://127.0.0.1:{http}/health/ready",
    )


async def _until_told(folder: RunFolder, console: Console) -> int:
    """Run; the first SIGINT or SIGTERM ends it in order, later ones change nothing."""
    running = asyncio.create_task(run(folder, console))
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            console.say("Ending everything ...")
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, tell)
    try:
        await running
    except asyncio.CancelledError:
        console.say("Ended.")
        return 0
    except (CannotProvide, DiedEarly, ProgramDied) as failure:
        console.say(f"\n{failure}")
        return 1
    return 0


def main() -> int:
    """Hold the folder, run, and return the exit status: 0 only when somebody ended it."""
    folder, console = RunFolder.of_environment(), Console(sys.stdout)
    try:
        with folder.held():
            forget(folder)
            return asyncio.run(_until_told(folder, console))
    except AlreadyRunning as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
