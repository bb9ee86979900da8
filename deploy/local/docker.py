"""Whether a container engine answers on this machine, and where."""

import hashlib
import os
import socket
from pathlib import Path


def engine() -> str | None:
    """Return the address of an engine whose published ports are this machine's, or None.

    The socket is tried by hand: docker's own client leaks a connection when nothing answers.
    """
    named = os.environ.get("DOCKER_HOST")
    usual = (
        Path("/var/run/docker.sock"),
        Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / "docker.sock",
        Path.home() / ".docker/run/docker.sock",
    )
    for address in [named] if named else [f"unix://{path}" for path in usual]:
        if address.startswith("unix://") and _listens(address.removeprefix("unix://")):
            return address
    return None


def _listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def container_name(folder: Path) -> str:
    """Return the name of the container, and of the volume, that belong to a data folder."""
    return f"sisa-{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
