"""Calls of one browser, over the listener that believes the portal about its address."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

ADDRESS_HEADER = "Sisa-Client-Address"
CREDENTIAL_HEADER = "Sisa-Portal-Credential"

_SECONDS = 5.0
"""Past the three that the system has for any answer."""
_LONGEST_WAIT = 10.0
_PATIENCE = 6
_TOO_MANY = 429
_FAULT = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or none at all: then `status` is None. `slug` is a refusal's."""

    status: int | None
    body: dict[str, Any]
    retry_after: float

    @property
    def tells(self) -> bool:
        """Whether the answer says what became of the call."""
        return self.status is not None and self.status < _FAULT

    @property
    def slug(self) -> str | None:
        kind = self.body.get("type")
        return kind.rpartition("/")[2] if isinstance(kind, str) else None


def browser_address(number: int) -> str:
    """An address of its own for each, in 10.0.0.0/8."""
    return f"10.{number >> 14 & 255}.{number >> 6 & 255}.{(number & 63) + 1}"


@dataclass(frozen=True, slots=True)
class Client:
    """One browser; `http` is shared by all."""

    http: aiohttp.ClientSession
    credential: str
    address: str

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One call; who is told to wait (429) waits and asks again, as often as a person would."""
        reply = Reply(None, {}, 0.0)
        for _ in range(_PATIENCE):
            reply = await self._once(method, path, body, query, headers or {})
            if reply.status != _TOO_MANY:
                break
            await asyncio.sleep(min(max(reply.retry_after, 1.0), _LONGEST_WAIT))
        return reply

    async def patient_call(self, method: str, path: str, **given: Any) -> Reply:
        """A call that may be repeated, and is while nobody answers it."""
        reply = await self.call(method, path, **given)
        for _ in range(_PATIENCE):
            if reply.tells:
                break
            await asyncio.sleep(min(max(reply.retry_after, 1.0), _LONGEST_WAIT))
            reply = await self.call(method, path, **given)
        return reply

    async def _once(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        query: dict[str, str] | None,
        headers: dict[str, str],
    ) -> Reply:
        presented = {ADDRESS_HEADER: self.address, CREDENTIAL_HEADER: self.credential}
        try:
            async with (
                asyncio.timeout(_SECONDS),
                self.http.request(
                    method, path, json=body, params=query, headers=presented | headers
                ) as answer,
            ):
                return _read(answer.status, answer.headers.get("Retry-After"), await answer.read())
        except (aiohttp.ClientError, TimeoutError):
            return Reply(None, {}, 0.0)


def _read(status: int, retry_after: str | None, raw: bytes) -> Reply:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        body = {}
    seconds = float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
    return Reply(status, body if isinstance(body, dict) else {}, seconds)
