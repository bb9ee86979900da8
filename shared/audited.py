"""Refused staff operations leave their row in the audit, too: the door sees to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from shared.auth import Caller
from shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused to somebody; `operation` by its name in the audit, `subjects` on whom."""

    operation: str
    subjects: list[UUID]
    slug: str
    at: datetime


RefusalRecorder = Callable[[Caller, Refusal], Awaitable[None]]
REFUSALS: web.AppKey[RefusalRecorder] = web.AppKey("refusals")


@asynccontextmanager
async def refusals_recorded(
    request: web.Request,
    operation: str | None,
    caller: Caller | None,
    arguments: Mapping[str, Any],
    now: datetime,
) -> AsyncIterator[None]:
    """Records what refuses the block, for operations that have a name in the audit.

    A dependency that is away decides nothing, and who has no session is nobody: neither is
    recorded. `arguments` may still be filled inside the block; it names on whom it would have been.
    """
    try:
        yield
    except DomainError as refusal:
        if operation is not None and caller is not None and _decided(refusal):
            subjects = [*_in_path(request.match_info), *_in_body(arguments.get("body"))]
            await request.app[REFUSALS](caller, Refusal(operation, subjects, refusal.slug, now))
        raise


def _decided(refusal: DomainError) -> bool:
    return refusal.problem.status < 500  # noqa: PLR2004  # RFC 9110, 15.6


def _in_path(parts: Mapping[str, str]) -> list[UUID]:
    found = []
    for part in parts.values():
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found


def _in_body(body: BaseModel | None) -> list[UUID]:
    return [value for _, value in body or () if isinstance(value, UUID)]
