"""A family that has logged in: its tokens, kept fresh, and the member it books for."""

import time
from dataclasses import dataclass
from typing import Any

from deploy.local.replay.client import Client, Reply

_CREATED, _OK = 201, 200
_MARGIN = 60.0


class NotLoggedIn(Exception):
    """The system refused a log-in that should succeed; the text has status and slug."""


@dataclass(slots=True)
class Session:
    """One family's session."""

    client: Client
    member_id: str
    _access: str
    _refresh: str
    _fresh_until: float

    async def call(self, method: str, path: str, **given: Any) -> Reply:
        """A call that tells who calls."""
        await self._renew()
        return await self.client.call(method, path, **self._signed(given))

    async def patient_call(self, method: str, path: str, **given: Any) -> Reply:
        """A call that may be repeated until it is answered."""
        await self._renew()
        return await self.client.patient_call(method, path, **self._signed(given))

    def _signed(self, given: dict[str, Any]) -> dict[str, Any]:
        headers = dict(given.get("headers") or {})
        return given | {"headers": headers | {"Authorization": f"Bearer {self._access}"}}

    async def _renew(self) -> None:
        """Tokens live ten minutes: a replay at a slow pace outlasts them."""
        if time.monotonic() < self._fresh_until:
            return
        body = {"refresh_token": self._refresh}
        reply = await self.client.call("POST", "/v1/sessions/refresh", body=body)
        if reply.status == _OK:
            self._access, self._refresh = reply.body["access_token"], reply.body["refresh_token"]
            self._fresh_until = _until(reply)


async def log_in(client: Client, username: str, password: str) -> Session:
    """Log in and learn who the family is, the holder first; raises `NotLoggedIn`."""
    body = {"username": username, "password": password}
    reply = await client.patient_call("POST", "/v1/sessions", body=body)
    if reply.status != _CREATED:
        raise NotLoggedIn(f"POST /v1/sessions: {reply.status} {reply.slug}")
    access = reply.body["access_token"]
    headers = {"Authorization": f"Bearer {access}"}
    members = await client.patient_call("GET", "/v1/members", headers=headers)
    if members.status != _OK or not members.body["items"]:
        raise NotLoggedIn(f"GET /v1/members: {members.status} {members.slug}")
    holder = members.body["items"][0]
    return Session(client, holder["id"], access, reply.body["refresh_token"], _until(reply))


def _until(reply: Reply) -> float:
    return time.monotonic() + float(reply.body["expires_in"]) - _MARGIN
