"""What the clock starts: reminders are called, secrets and texts forgotten, the ledger counted."""

from datetime import datetime

import structlog
from aiohttp import web

from notifications.queries.backlog import backlog
from notifications.usecases.call_reminders import call_reminders
from notifications.usecases.erase_contact_texts import erase_contact_texts
from notifications.usecases.forget_secrets import forget_secrets
from shared.audit_jobs import AUDIT_JOBS
from shared.errors import Unavailable
from shared.health import HEALTH
from shared.jobs import Job
from shared.service import DATABASE, IDENTITY

_log = structlog.get_logger()


async def forget(app: web.Application, now: datetime) -> None:
    """Identity may be away: its own reaper erases what expires, and the next round tries again."""
    try:
        await forget_secrets(app[DATABASE], app[IDENTITY], now)
    except Unavailable:
        _log.warning("secrets_not_forgotten")


async def count(app: web.Application, now: datetime) -> None:
    """The figures of `/health/ready`: mails not settled, and the age of the oldest in seconds."""
    waiting = await backlog(app[DATABASE])
    age = 0.0 if waiting.oldest_at is None else (now - waiting.oldest_at).total_seconds()
    app[HEALTH].figures["mails_queued"] = lambda: float(waiting.queued)
    app[HEALTH].figures["mails_oldest_seconds"] = lambda: max(0.0, age)


async def remind(app: web.Application, now: datetime) -> None:
    await call_reminders(app[DATABASE], now)


async def erase(app: web.Application, now: datetime) -> None:
    await erase_contact_texts(app[DATABASE], now)


JOBS = (
    *AUDIT_JOBS,
    Job("secrets", 1.0, forget),
    Job("reminders", 5.0, remind),
    Job("contact-texts", 5.0, erase),
    Job("mails", 2.0, count),
)
