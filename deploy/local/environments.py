"""Turns the table of settings into the environment of a process and its files of secrets."""

import os
import shutil

from deploy.local.remembered import write_private
from deploy.local.system import SERVICES, Service, Surroundings, secret_files, variables


def base() -> dict[str, str]:
    """Return the caller's environment without any setting of ours: the table alone decides."""
    prefixes = tuple(service.prefix for service in SERVICES)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return kept | {"PYTHONUNBUFFERED": "1"}


def environment(service: Service, around: Surroundings) -> dict[str, str]:
    """Write a service's secrets anew and return its settings, without the base."""
    folder = around.kept / "secrets" / service.name
    shutil.rmtree(folder, ignore_errors=True)
    around.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, parents=True)
    prefix = service.prefix
    for name, value in secret_files(service, around).items():
        write_private(folder / f"{prefix.lower()}{name}", value)
    settings = {f"{prefix}{name}": value for name, value in variables(service, around).items()}
    return settings | {f"{prefix}SECRETS_DIR": str(folder)}
