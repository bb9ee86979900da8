"""Reading JSON from outside: size, depth, encoding and duplicate keys are bounded or refused."""

import asyncio
import json
from typing import Any

from aiohttp import hdrs, web

from shared.errors import Malformed, Refused

BODY_BYTES = 64 * 1024
BODY_SECONDS = 8.0
DEPTH = 32
DIGITS = 20
_QUOTE, _BACKSLASH = b'"\\'


async def read_body(request: web.Request) -> bytes:
    """The raw body of a JSON request.

    Raises 415 for another type, charset or any compression, 413 past 64 KiB, 408 when the client
    takes longer than 8 s, 400 for what isn't JSON in UTF-8.
    """
    if hdrs.CONTENT_ENCODING in request.headers or request.content_type != "application/json":
        raise Refused("unsupported-media-type")
    if (request.charset or "utf-8").lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise Refused("unsupported-media-type")
    if (request.content_length or 0) > BODY_BYTES:
        raise Refused("body-too-large")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise Refused("request-timeout") from None
    check(body)
    return body


def check(body: bytes) -> None:
    """Raises Malformed unless `body` is one JSON value a careful reader would accept."""
    if body.startswith(b"\xef\xbb\xbf") or _deep(body):
        raise Malformed
    try:
        json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_no_twins,
            parse_constant=_no_constant,
            parse_int=_short_int,
        )
    except (ValueError, RecursionError):
        raise Malformed from None


def _deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return False
    depth, in_text, escaped = 0, False, False
    for byte in body:
        if in_text:
            escaped, in_text = (byte == _BACKSLASH and not escaped), byte != _QUOTE or escaped
        elif byte == _QUOTE:
            in_text = True
        elif byte in b"[{":
            depth += 1
            if depth > DEPTH:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _short_int(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError("too many digits")
    return int(digits)
