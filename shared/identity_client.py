"""The three calls between services, all to identity under `/internal` (decision 1).

Each carries a service token: a client secret is exchanged for one that lives five minutes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import aiohttp
from jwt import PyJWK
from pydantic import BaseModel, ValidationError

from shared.budget import remaining
from shared.clock import Clock, rfc3339
from shared.contracts.identity import SessionRevoked
from shared.errors import NotFound, Unavailable

CALL_SECONDS = 2.0
RENEW_SECONDS = 30.0


class Delivery(BaseModel):
    """What a mail that carries a secret needs; `data` depends on the template.

    activation, recovery, email_change: `token`. credentials: `username`, `temporary_password`,
    `phone`, `email` (the copy of the registration data). email_changed: `token`, `new_email`,
    `state` (`waiting` or `done`), `effective_at` (RFC 3339).
    serial_handout: `serial_number`. account_notice: `notice`.
    """

    delivery_id: UUID
    template: str
    to: str
    name: str
    data: dict[str, str]


class IdentityClient:
    """Calls identity as one service; every call ends within two seconds or the budget."""

    def __init__(
        self, session: aiohttp.ClientSession, *, url: str, service: str, secret: str, clock: Clock
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._service = service
        self._secret = secret
        self._clock = clock
        self._token: tuple[str, float] | None = None

    async def public_keys(self) -> dict[str, PyJWK]:
        """The keys of access tokens by `kid`."""
        answer = await self._call("GET", "/internal/keys")
        return {key["kid"]: PyJWK.from_dict(key) for key in answer["keys"]}

    async def revocations(self, since: datetime) -> list[SessionRevoked]:
        """Every revocation since an instant; with the queue bound first, none is missed."""
        answer = await self._call("GET", "/internal/revocations", {"since": rfc3339(since)})
        return [SessionRevoked.model_validate(item) for item in answer["items"]]

    async def delivery(self, delivery_id: UUID) -> Delivery:
        """The secret to mail; NotFound when it was mailed and deleted, or expired."""
        answer = await self._call("GET", f"/internal/deliveries/{delivery_id}")
        try:
            return Delivery.model_validate(answer)
        except ValidationError:
            raise Unavailable from None

    async def delete_delivery(self, delivery_id: UUID) -> None:
        """The mail was accepted: identity may forget the secret."""
        await self._call("DELETE", f"/internal/deliveries/{delivery_id}")

    async def _call(self, method: str, path: str, query: dict[str, str] | None = None) -> Any:
        status, answer = await self._send(method, path, query, await self._bearer())
        if status == 401:  # noqa: PLR2004  # identity's keys were rotated
            self._token = None
            status, answer = await self._send(method, path, query, await self._bearer())
        if status == 404:  # noqa: PLR2004
            raise NotFound
        if status >= 300:  # noqa: PLR2004
            raise Unavailable
        return answer

    async def _bearer(self) -> str:
        now = self._clock().timestamp()
        if self._token is not None and now < self._token[1] - RENEW_SECONDS:
            return self._token[0]
        status, answer = await self._send(
            "POST",
            "/internal/tokens",
            None,
            None,
            {"service": self._service, "secret": self._secret},
        )
        if status != 200:  # noqa: PLR2004
            raise Unavailable
        self._token = (answer["access_token"], now + answer["expires_in"])
        return self._token[0]

    async def _send(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None,
        bearer: str | None,
        body: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        try:
            async with self._session.request(
                method,
                self._url + path,
                params=query,
                json=body,
                headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
                timeout=aiohttp.ClientTimeout(total=remaining(CALL_SECONDS)),
                allow_redirects=False,
            ) as answer:
                text = await answer.read()
                readable = text and "json" in answer.content_type
                return answer.status, (await answer.json(content_type=None)) if readable else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable from error


@asynccontextmanager
async def open_identity_client(
    *, url: str, service: str, secret: str, clock: Clock
) -> AsyncIterator[IdentityClient]:
    """A client with a small pool of its own."""
    connector = aiohttp.TCPConnector(limit=8, keepalive_timeout=15, ttl_dns_cache=2)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield IdentityClient(session, url=url, service=service, secret=secret, clock=clock)
