"""The HTTP door: a request becomes a call of one operation, its result an answer."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import HttpVersion11, web
from pydantic import BaseModel, ValidationError

from shared import idempotency, problems, strict_json, trace
from shared.audited import refusals_recorded
from shared.auth import ANYONE, Caller, Verifier
from shared.budget import budget
from shared.client_address import client_address
from shared.clock import Clock
from shared.errors import Forbidden, Invalid, Malformed, NotFound, Refused, Unauthenticated
from shared.idempotency import IdempotencyKey
from shared.operations import Answer, Call, Operation, Routes
from shared.problems import Handler
from shared.validation import faults

CLOCK: web.AppKey[Clock] = web.AppKey("clock")
VERIFIER = web.AppKey("verifier", Verifier)

REQUEST_SECONDS = 2.6
"""A service's share of the three seconds that the edge allows (decision 7)."""

_CHANGE_FIRST = "Cambie primero su contraseña temporal por una propia."
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ModelT = TypeVar("ModelT", bound=BaseModel)


def add_operations(app: web.Application, routes: Routes) -> None:
    """Adds every operation to the router; HEAD is not offered where it isn't written."""
    for operation in routes:
        app.router.add_route(
            operation.method, operation.path, _handler(operation), expect_handler=expectation
        )


async def expectation(request: web.Request) -> web.StreamResponse | None:
    """`100-continue` is answered (RFC 9110, 10.1.1); any other expectation is a 417."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        if request.version == HttpVersion11:
            request.writer.output_size = 0
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        return None
    return problems.response(Refused("expectation-failed"))


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: the trace begins or goes on, and the budget starts."""
    token = trace.begin(request.headers.get("traceparent"))
    try:
        with budget(REQUEST_SECONDS):
            return await handler(request)
    finally:
        trace.end(token)


def _handler(operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        _assert_acceptable(request, operation.media_type)
        now = request.app[CLOCK]()
        caller = await _caller(request, operation, now)
        arguments: dict[str, Any] = {}
        async with refusals_recorded(request, operation.audited, caller, arguments, now):
            _assert_allowed(operation, caller)
            await _read(request, operation, arguments)
            key = _key(request, operation, caller, arguments.get("body"))
            call = Call(request, now, caller, key)
            return _answer(operation, await operation.handler(call, **arguments))

    return handle


async def _read(request: web.Request, operation: Operation, arguments: dict[str, Any]) -> None:
    """Adds the handler's arguments: parts of the path, then the query, then the body."""
    arguments |= _path(request, operation)
    if operation.query is not None:
        arguments["query"] = read_query(request, operation.query)
    elif request.query_string:
        raise Malformed
    if operation.body is not None:
        arguments["body"] = parse(operation.body, await strict_json.read_body(request))


def _assert_acceptable(request: web.Request, media_type: str) -> None:
    accepted = request.headers.get("Accept")
    if accepted is None:
        return
    kind = media_type.partition("/")[0]
    wanted = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    if not wanted & {media_type, f"{kind}/*", "*/*", "application/problem+json"}:
        raise Refused("not-acceptable")


async def _caller(request: web.Request, operation: Operation, now: datetime) -> Caller | None:
    header = request.headers.get("Authorization")
    if operation.internal or (operation.roles is None and header is None):
        return None
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    caller = await request.app[VERIFIER].verify(token.strip(), now)
    # What is open to everybody stays open to them, as to somebody who isn't logged in.
    return None if operation.roles is None and caller.must_change_password else caller


def _assert_allowed(operation: Operation, caller: Caller | None) -> None:
    if caller is not None and caller.must_change_password and not operation.temporary:
        raise Forbidden(_CHANGE_FIRST)
    if caller is not None and caller.role not in (operation.roles or ANYONE):
        raise Forbidden


def _path(request: web.Request, operation: Operation) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, kind in operation.path_types.items():
        text = request.match_info[name]
        if kind is UUID:
            if not _UUID.fullmatch(text):
                raise NotFound
            parts[name] = UUID(text)
        else:
            if not text.isascii() or not text.isprintable():
                raise NotFound
            parts[name] = text
    return parts


def read_query(request: web.Request, model: type[ModelT]) -> ModelT:
    """The query as a model; a repeated, unknown or unreadable parameter is Malformed."""
    if len(request.query) != len(set(request.query)):
        raise Malformed
    try:
        return model.model_validate_strings(dict(request.query))
    except ValidationError:
        raise Malformed from None


def parse(model: type[ModelT], body: bytes) -> ModelT:
    """The body as a model; Invalid with every fault when a field is wrong."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Invalid(errors=faults(error)) from None


def _key(
    request: web.Request, operation: Operation, caller: Caller | None, body: BaseModel | None
) -> IdempotencyKey | None:
    if not operation.idempotent:
        return None
    key = idempotency.read_key(request.headers.get("Idempotency-Key"))
    whose = caller.account_id if caller is not None else idempotency.nobody(client_address(request))
    content = b"" if body is None else body.model_dump_json().encode()
    return IdempotencyKey(
        whose, f"{request.method} {request.path}", key, idempotency.digest(content)
    )


def _answer(operation: Operation, result: Answer) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204, headers={"Cache-Control": "no-store"})
    body = result if isinstance(result, bytes) else result.model_dump_json().encode()
    return web.Response(
        body=body,
        status=operation.status,
        content_type=operation.media_type,
        headers={"Cache-Control": "no-store"},
    )
