"""Free TCP ports on the loopback interface."""

import random
import socket

# Below the range from which kernels take the ports of outgoing connections (32768 on Linux): a
# server that is killed and started again must find its port as it left it.
_LOWEST, _HIGHEST = 20_000, 32_000
_ATTEMPTS = 400


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return different free ports, chosen at random so that neighbours seldom collide."""
    ports: set[int] = set()
    for _ in range(_ATTEMPTS):
        port = random.randrange(_LOWEST, _HIGHEST)  # noqa: S311 (a port is no secret)
        if is_free(port):
            ports.add(port)
        if len(ports) == count:
            return sorted(ports)
    raise OSError(f"no {count} free ports between {_LOWEST} and {_HIGHEST}")


def free_port(preferred: int | None = None) -> int:
    """Return the preferred port if it is free, else any free one."""
    if preferred is not None and is_free(preferred):
        return preferred
    return free_ports(1)[0]
