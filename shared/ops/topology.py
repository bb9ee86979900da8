"""Applying the described topology to a broker, as often as one likes, and comparing the two."""

from collections.abc import Mapping
from pathlib import Path

from shared.ops.management import Management
from shared.ops.state import Difference, compare, definition, described, found
from shared.topology import EXCHANGES, LOGINS, POLICIES, QUEUES

GUEST = "guest"
OLDEST = (3, 10)


class CannotApply(Exception):
    """Something outside the broker is missing; the text says what."""


def read_passwords(folder: Path) -> dict[str, str]:
    """The logins' passwords: one file per login, named as the login.

    Raises CannotApply naming every login whose file is absent or empty.
    """
    files = {login.name: folder / login.name for login in LOGINS}
    passwords = {
        name: path.read_text("utf-8").strip() for name, path in files.items() if path.is_file()
    }
    if absent := sorted(name for name in files if not passwords.get(name)):
        raise CannotApply(f"no password file in {folder} for: {', '.join(absent)}")
    return passwords


async def diff(api: Management) -> list[Difference]:
    """How the broker differs from the description; empty when it doesn't."""
    return compare(described(await api.version()), await found(api))


async def apply(api: Management, passwords: Mapping[str, str]) -> list[Difference]:
    """Declares what is described and returns what still differs, which is what is extra.

    Nothing is deleted but the broker's `guest`. A queue or exchange of another type can't be
    changed: the broker refuses it, and ManagementRefused names it.
    """
    version = await api.version()
    if version < OLDEST:
        raise CannotApply("RabbitMQ {}.{} is too old: 3.10 or newer is needed".format(*version))
    # Policies come first, so that no queue exists without its limits.
    for policy in POLICIES:
        await api.put(
            "policies",
            api.vhost,
            policy.name,
            pattern=policy.pattern,
            definition=definition(policy, version),
            priority=policy.priority,
            **{"apply-to": "queues"},
        )
    await _declare(api)
    await _admit(api, passwords)
    return await diff(api)


async def _declare(api: Management) -> None:
    for exchange in EXCHANGES:
        await api.put("exchanges", api.vhost, exchange.name, type=exchange.kind, durable=True)
    for queue in QUEUES:
        arguments = {"x-queue-type": queue.kind}
        await api.put("queues", api.vhost, queue.name, durable=True, arguments=arguments)
        for source, key in queue.keys:
            path = ("bindings", api.vhost, "e", source, "q", queue.name)
            await api.post(*path, routing_key=key)


async def _admit(api: Management, passwords: Mapping[str, str]) -> None:
    for login in LOGINS:
        tags = ",".join(login.tags)
        await api.put("users", login.name, password=passwords[login.name], tags=tags)
        await api.put(
            "permissions",
            api.vhost,
            login.name,
            configure=login.configure,
            write=login.write,
            read=login.read,
        )
        for exchange, write, read in login.topics:
            await api.put(
                "topic-permissions",
                api.vhost,
                login.name,
                exchange=exchange,
                write=write,
                read=read,
            )
    if api.login != GUEST:
        await api.delete("users", GUEST)
