"""Runs PostgreSQL and RabbitMQ alone and writes their addresses to a file (`make servers`).

A test run that finds the addresses in its environment starts in a second instead of fifteen.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from deploy.local.errors import CannotProvide, DiedEarly
from deploy.local.postgres import postgres
from deploy.local.processes import guarded
from deploy.local.rabbitmq import rabbitmq
from deploy.local.remembered import write_private


async def serve(folder: Path, addresses: Path) -> None:
    """Run both servers until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with (
        guarded() as guard,
        postgres(folder / "postgres", guard) as database,
        rabbitmq(folder / "rabbitmq", guard) as broker,
    ):
        write_private(
            addresses,
            f"export SISA_TEST_POSTGRES_URL={database.url}\n"
            f"export SISA_TEST_AMQP_URL={broker.url}\n"
            f"export SISA_TEST_RABBITMQ_MANAGEMENT_URL={broker.management_url}\n",
        )
        sys.stdout.write(f"Ready: `. {addresses}` and run the tests. Ctrl-C ends the servers.\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".run/servers"))
    parser.add_argument("--addresses", type=Path, default=Path(".run/servers.env"))
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.folder.absolute(), options.addresses.absolute()))
    except (CannotProvide, DiedEarly) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        options.addresses.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
