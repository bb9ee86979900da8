"""How a private RabbitMQ is configured: loopback only, one administrator, no guest."""

import os
from dataclasses import dataclass
from pathlib import Path

ADMINISTRATOR = "sisa-admin"
OLDEST = (3, 10)

_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
default_user = {user}
default_pass = {password}
default_user_tags.administrator = true
consumer_timeout = 86400000
log.console = false
log.file.level = info
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a node listens: clients, management, other nodes, and its name server."""

    amqp: int
    management: int
    distribution: int
    names: int


def configuration(ports: Ports, password: str) -> dict[str, str]:
    """Return the node's configuration files, text by name."""
    return {
        "rabbitmq.conf": _CONFIGURATION.format(
            amqp=ports.amqp, management=ports.management, user=ADMINISTRATOR, password=password
        ),
        "enabled_plugins": "[rabbitmq_management].\n",
    }


def environment(folder: Path, ports: Ports) -> dict[str, str]:
    """Return the variables that keep a node and all it writes inside its folder."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),  # Erlang's cookie lies there
        "LANG": "C.UTF-8",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(ports.names),
        "RABBITMQ_NODENAME": "sisa@localhost",
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": str(folder / "log" / "rabbitmq.log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SCHEMA_DIR": str(folder / "schema"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        # Idle schedulers sleep instead of spinning: the machine is shared with the services.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none"
        " -kernel inet_dist_use_interface {127,0,0,1}",
    }
