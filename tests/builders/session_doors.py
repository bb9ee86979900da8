"""Where a running system takes access tokens: one operation of each service, asked directly."""

from dataclasses import dataclass
from typing import Any

from builders.system import System
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Door:
    """`base` is the service's own address: the gateway's word is nobody's proof."""

    service: str
    base: str
    method: str
    path: str

    async def status(self, system: System, token: str) -> int:
        """What the door answers: 401 is no session, anything else knows who asks."""
        answer = await system.call(self.method, self.path, token=token, base=self.base)
        if answer.status == 401:
            assert answer.slug == "session-required"
        return answer.status


async def session_doors(system: System) -> list[Door]:
    """A door of each service that takes tokens, found in its OpenAPI document, and the gateway's.

    A read without query is asked for: it changes nothing whoever asks.
    """
    doors = []
    for service, base in system.facts["services"].items():
        described = (await system.call("GET", "/openapi.json", base=base)).json()
        if service == "gateway":
            doors.append(Door(service, system.gateway, "GET", "/v1/me"))
            continue
        paths: dict[str, Any] = described["paths"]
        for path, operations in sorted(paths.items()):
            read = operations.get("get", {})
            asked = any(one.get("in") == "query" and one.get("required") for one in
                        read.get("parameters", []))  # fmt: skip
            if read.get("security") and not asked:
                doors.append(Door(service, base, "GET", _filled(path)))
                break
    return doors


def _filled(path: str) -> str:
    """The path with an id of nobody's where it takes one."""
    return "/".join(str(uuid7()) if part.startswith("{") else part for part in path.split("/"))
