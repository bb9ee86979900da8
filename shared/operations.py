"""An HTTP operation: what it takes and answers, who may call it; OpenAPI is read off it."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from shared.auth import Caller, Role
from shared.errors import Unauthenticated
from shared.idempotency import IdempotencyKey

Answer = BaseModel | web.StreamResponse | bytes | None
"""A model, bytes that are JSON already (a stored answer), a whole response, or nothing (204)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way through an operation."""

    request: web.Request
    now: datetime
    identity: Caller | None
    key: IdempotencyKey | None

    @property
    def app(self) -> web.Application:
        return self.request.app

    @property
    def caller(self) -> Caller:
        """Who calls; an operation open to everybody has none unless a token came along."""
        if self.identity is None:
            raise Unauthenticated
        return self.identity

    @property
    def idempotency_key(self) -> IdempotencyKey:
        """The key of an operation declared `idempotent`."""
        if self.key is None:
            raise TypeError("the operation is not declared idempotent")
        return self.key

    @property
    def channel(self) -> str:
        """`mobile` where the client says so, else `web`; staff's channel is their role's (R-33)."""
        return "mobile" if self.request.headers.get("Sisa-Channel") == "mobile" else "web"


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a service's API. `roles` None means open to everybody.

    `audited` names the operation in the audit: the use case records what it did, the door what was
    refused.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Answer]]
    status: int
    answer: type[BaseModel] | None
    media_type: str
    roles: frozenset[Role] | None
    idempotent: bool
    internal: bool
    problems: tuple[str, ...]
    tag: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    path_types: dict[str, type[UUID] | type[str]]
    audited: str | None = None
    temporary: bool = False
    """Open to the session of a temporary password that must be changed first (R-07)."""

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.handler) or self.handler.__name__).splitlines()[0]


class Routes:
    """The operations of one service, in the order in which they are written."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._operations: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def operation(
        self,
        method: str,
        path: str,
        *,
        answer: type[BaseModel] | None = None,
        status: int = 200,
        media_type: str = "application/json",
        roles: frozenset[Role] | None = None,
        idempotent: bool = False,
        internal: bool = False,
        problems: tuple[str, ...] = (),
        audited: str | None = None,
        temporary: bool = False,
    ) -> Callable[[Callable[..., Awaitable[Answer]]], Callable[..., Awaitable[Answer]]]:
        """Declares `handler(call, *, body=..., query=..., <path names>...)`.

        A parameter named `body` or `query` is a model; every other one is a part of the path,
        a UUID or a str by its annotation.
        """

        def declare(handler: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
            hints = get_type_hints(handler)
            hints.pop("return", None)
            hints.pop("call", None)
            self._operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    status=status,
                    answer=answer,
                    media_type=media_type,
                    roles=roles,
                    idempotent=idempotent,
                    internal=internal,
                    problems=problems,
                    tag=self._tag,
                    body=hints.pop("body", None),
                    query=hints.pop("query", None),
                    path_types=hints,
                    audited=audited,
                    temporary=temporary,
                )
            )
            return handler

        return declare

    def get(self, path: str, **declared: Any) -> Callable[..., Any]:
        return self.operation("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[..., Any]:
        return self.operation("POST", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[..., Any]:
        return self.operation("PUT", path, **declared)

    def patch(self, path: str, **declared: Any) -> Callable[..., Any]:
        return self.operation("PATCH", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[..., Any]:
        return self.operation("DELETE", path, **declared)
