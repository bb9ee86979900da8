"""What the clock does for the audit: rows are linked every second, the head is told every hour."""

from datetime import datetime

import structlog
from aiohttp import web

from shared import audit_chain
from shared.jobs import Job
from shared.service import DATABASE

_log = structlog.get_logger()


async def _link(app: web.Application, _now: datetime) -> None:
    await audit_chain.link(app[DATABASE])


async def _tell_head(app: web.Application, _now: datetime) -> None:
    """Into the log, which is kept elsewhere: a chain made anew can't agree with it."""
    head = await audit_chain.head(app[DATABASE])
    _log.info("audit_chain_reached", position=head.number, digest=head.digest.hex())


AUDIT_JOBS = (
    Job("audit-link", 1.0, _link),
    Job("audit-head", 3600.0, _tell_head),
)
