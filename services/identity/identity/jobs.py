"""What identity does by the clock."""

from datetime import datetime

from aiohttp import web

from identity.parts import KEYRING, SIGNER
from identity.usecases.apply_email_change import apply_due_changes
from identity.usecases.clean_up import clean_up, reap_deliveries
from identity.usecases.keep_signing_keys import keep_signing_keys
from identity.usecases.lapse_members import lapse_members
from shared.audit_jobs import AUDIT_JOBS
from shared.clock import local_day
from shared.jobs import Job
from shared.service import DATABASE, PROFILE


async def _lapse(app: web.Application, now: datetime) -> None:
    today = local_day(now, app[PROFILE].zone_info)
    await lapse_members(app[DATABASE], today=today, now=now)


async def _reap(app: web.Application, now: datetime) -> None:
    await reap_deliveries(app[DATABASE], now=now)


async def _clean_up(app: web.Application, now: datetime) -> None:
    await clean_up(app[DATABASE], now=now)


async def _keys(app: web.Application, now: datetime) -> None:
    await keep_signing_keys(app[DATABASE], app[KEYRING], app[SIGNER], now=now)


async def _emails(app: web.Application, now: datetime) -> None:
    await apply_due_changes(app[DATABASE], app[KEYRING], now=now)


JOBS = (
    *AUDIT_JOBS,
    Job("lapse-members", 60.0, _lapse),
    Job("reap-deliveries", 60.0, _reap),
    Job("clean-up", 3600.0, _clean_up),
    Job("signing-keys", 30.0, _keys),
    Job("email-changes", 15.0, _emails),
)
