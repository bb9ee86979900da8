"""`python -m shared.ops topology apply | diff | watch`: what an operator does to the bus."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn

import aiohttp
import structlog
import typer
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import logs
from shared.ops.management import Management, ManagementRefused, management
from shared.ops.state import Difference
from shared.ops.topology import CannotApply, apply, diff, read_passwords


class OpsSettings(BaseSettings):
    """From the environment; the URL carries an administrator's login and password."""

    model_config = SettingsConfigDict(env_prefix="SISA_OPS_", frozen=True)

    management_url: SecretStr
    vhost: str = "/"
    passwords_dir: Path | None = None
    """One file per login, named as the login; only `apply` reads them."""


_log = structlog.get_logger()

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False, help=__doc__)
topology_app = typer.Typer(no_args_is_help=True, help="Exchanges, queues, policies and logins.")
app.add_typer(topology_app, name="topology")


@app.callback()
def main() -> None:
    """What an operator does to the bus."""


@topology_app.command("apply")
def apply_command() -> None:
    """Declare what is described; deletes nothing but the login `guest`."""
    settings = _settings()
    if settings.passwords_dir is None:
        _stop("SISA_OPS_PASSWORDS_DIR is not set: one file per login, named as the login")
    folder = settings.passwords_dir
    left = _with_broker(settings, lambda api: apply(api, read_passwords(folder)))
    for difference in left:
        typer.echo(str(difference))
    typer.echo("The topology is applied.")


@topology_app.command("diff")
def diff_command() -> None:
    """List what is missing, extra or different; exit 1 when there is anything."""
    differences = _with_broker(_settings(), diff)
    for difference in differences:
        typer.echo(str(difference))
    if differences:
        raise typer.Exit(1)
    typer.echo("The broker is as described.")


@topology_app.command("watch")
def watch_command(
    seconds: Annotated[float, typer.Option(min=1.0, help="Between two looks.")] = 60.0,
) -> None:
    """Compare for ever and log what differs: a lost binding loses events without any error."""
    settings = _settings()
    logs.configure(service="ops", form="json", level="INFO")
    asyncio.run(_watch(settings, seconds))


async def _watch(settings: OpsSettings, seconds: float) -> None:
    url = settings.management_url.get_secret_value()
    while True:
        try:
            async with management(url, settings.vhost) as api:
                differences = await diff(api)
        except (ManagementRefused, aiohttp.ClientError, TimeoutError) as error:
            _log.warning("topology_not_seen", error=type(error).__name__)
        else:
            for difference in differences:
                _log.error("topology_differs", missing=str(difference))
            _log.info("topology_compared", count=len(differences))
        await asyncio.sleep(seconds)


def _settings() -> OpsSettings:
    try:
        return OpsSettings()
    except ValidationError as error:
        names = [f"SISA_OPS_{fault['loc'][0]}".upper() for fault in error.errors()]
        _stop(f"missing or unreadable: {', '.join(names)}")


def _with_broker(
    settings: OpsSettings, work: Callable[[Management], Awaitable[list[Difference]]]
) -> list[Difference]:
    async def run() -> list[Difference]:
        url = settings.management_url.get_secret_value()
        async with management(url, settings.vhost) as api:
            return await work(api)

    try:
        return asyncio.run(run())
    except (CannotApply, ManagementRefused) as error:
        _stop(str(error))
    except (aiohttp.ClientError, TimeoutError) as error:
        _stop(f"the management API does not answer: {type(error).__name__}")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(2)


if __name__ == "__main__":
    app()
