"""The bus as it should be and as it is, in one form, so that the two can be compared."""

from dataclasses import dataclass
from typing import Any, Literal

from shared.ops.management import Management
from shared.topology import EXCHANGES, LOGINS, POLICIES, QUEUES, Policy

State = dict[tuple[str, str], dict[str, Any]]
"""(kind, name) -> what is to be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`how` is seen from the description: missing on the broker, extra there, or different."""

    how: Literal["missing", "extra", "different"]
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.how:9} {self.kind:12} {self.name}"


def definition(policy: Policy, version: tuple[int, int]) -> dict[str, Any]:
    """The policy's keys that a broker of this version knows."""
    newer = policy.newer if version >= policy.since else {}
    return {**policy.definition, **newer}


def binding(exchange: str, queue: str, key: str) -> str:
    return f"{exchange} -> {queue} ({key})"


def described(version: tuple[int, int]) -> State:
    """The description, for a broker of this version."""
    state: State = {}
    for exchange in EXCHANGES:
        state["exchange", exchange.name] = {"type": exchange.kind, "durable": True}
    for queue in QUEUES:
        state["queue", queue.name] = {"type": queue.kind, "durable": True}
        for source, key in queue.keys:
            state["binding", binding(source, queue.name, key)] = {}
    for policy in POLICIES:
        state["policy", policy.name] = {
            "pattern": policy.pattern,
            "apply-to": "queues",
            "priority": policy.priority,
            "definition": definition(policy, version),
        }
    for login in LOGINS:
        state["login", login.name] = {"tags": list(login.tags)}
        state["rights", login.name] = {
            "configure": login.configure,
            "write": login.write,
            "read": login.read,
        }
        for exchange_name, write, read in login.topics:
            state["topic rights", f"{login.name} on {exchange_name}"] = {
                "write": write,
                "read": read,
            }
    return state


async def found(api: Management) -> State:
    """What the broker has, save its own exchanges, the login in use and the processes' queues."""
    state = {**await _declared(api), **await _admitted(api)}
    state.pop(("login", api.login), None)
    state.pop(("rights", api.login), None)
    return state


async def _declared(api: Management) -> State:
    state: State = {}
    for one in await api.get("exchanges", api.vhost):
        if one["name"] and not one["name"].startswith("amq."):
            state["exchange", one["name"]] = {"type": one["type"], "durable": one["durable"]}
    for one in await api.get("queues", api.vhost):
        if ".revoked." not in one["name"]:
            kind = one.get("arguments", {}).get("x-queue-type", one.get("type", "classic"))
            state["queue", one["name"]] = {"type": kind, "durable": one["durable"]}
    for one in await api.get("bindings", api.vhost):
        if one["source"] and ".revoked." not in one["destination"]:
            state["binding", binding(one["source"], one["destination"], one["routing_key"])] = {}
    return state


async def _admitted(api: Management) -> State:
    state: State = {}
    for one in await api.get("policies", api.vhost):
        keys = ("pattern", "apply-to", "priority", "definition")
        state["policy", one["name"]] = {key: one[key] for key in keys}
    for one in await api.get("users"):
        tags = one["tags"] if isinstance(one["tags"], list) else one["tags"].split(",")
        state["login", one["name"]] = {"tags": sorted(tag for tag in tags if tag)}
    for one in await api.get("vhosts", api.vhost, "permissions"):
        rights = {key: one[key] for key in ("configure", "write", "read")}
        state["rights", one["user"]] = rights
    for one in await api.get("vhosts", api.vhost, "topic-permissions"):
        name = f"{one['user']} on {one['exchange']}"
        state["topic rights", name] = {"write": one["write"], "read": one["read"]}
    return state


def compare(wanted: State, actual: State) -> list[Difference]:
    """Every difference, in the order kind, name."""
    differences: list[Difference] = []
    for kind, name in sorted(wanted.keys() | actual.keys()):
        if (kind, name) not in actual:
            differences.append(Difference("missing", kind, name))
        elif (kind, name) not in wanted:
            differences.append(Difference("extra", kind, name))
        elif wanted[kind, name] != actual[kind, name]:
            differences.append(Difference("different", kind, name))
    return differences
