"""Writes down a running system: for tests and scripts, and for tools of this machine."""

import json

from deploy.local.prepare import Demo
from deploy.local.remembered import write_private
from deploy.local.run_folder import RunFolder
from deploy.local.server import Broker, Server
from deploy.local.supervisor import Supervisor
from deploy.local.system import SERVICES, WITH_DATABASE, Surroundings


def describe(
    folder: RunFolder,
    around: Surroundings,
    servers: tuple[Server, Broker],
    supervisor: Supervisor,
    demo: Demo,
) -> None:
    """Write both files whole; `system.json` last, for its presence says that all is ready."""
    postgres, rabbitmq = servers
    names = [*supervisor.pids]
    local = {
        "gateway_second_listener": f"http://127.0.0.1:{around.ports['second_listener']}",
        "portal_credential": around.portal_credential,
        "smtp_port": around.ports["smtp"],
        "postgres": postgres.url,
        "rabbitmq_management": rabbitmq.management_url,
        "app_databases": {service.name: around.app_url(service) for service in WITH_DATABASE},
        "broker_passwords": str(around.broker_passwords),
        "secrets": {
            service.name: str(around.kept / "secrets" / service.name) for service in SERVICES
        },
        "institute": str(around.profile),
    }
    system = {
        "ready": True,
        "gateway": around.public_url,
        "portal": around.public_url,
        "mailbox": f"http://localhost:{around.ports['mailbox']}",
        "services": {service.name: around.url(service) for service in SERVICES},
        "logins": demo.logins,
        "spare_families": demo.spare_families,
        "databases": {service.name: around.owner_url(service) for service in WITH_DATABASE},
        "amqp": rabbitmq.url,
        "processes": supervisor.pids,
        "logs": {name: str(supervisor.log(name)) for name in names},
    }
    write_private(folder.local, json.dumps(local, indent=1))
    write_private(folder.system, json.dumps(system, indent=1, ensure_ascii=False))


def forget(folder: RunFolder) -> None:
    """Remove both files, `system.json` first."""
    folder.system.unlink(missing_ok=True)
    folder.local.unlink(missing_ok=True)
