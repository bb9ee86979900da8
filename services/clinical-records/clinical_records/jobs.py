"""What clinical records does by the clock."""

from datetime import datetime

from aiohttp import web

from clinical_records.usecases.expire_referrals import expire_referrals
from shared.audit_jobs import AUDIT_JOBS
from shared.jobs import Job
from shared.service import DATABASE, PROFILE


async def _expire(app: web.Application, now: datetime) -> None:
    await expire_referrals(app[DATABASE], app[PROFILE], now=now)


JOBS = (*AUDIT_JOBS, Job("expire-referrals", 60.0, _expire))
