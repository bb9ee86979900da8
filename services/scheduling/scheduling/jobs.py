"""What scheduling does by the clock."""

from datetime import datetime

from aiohttp import web

from scheduling.usecases.finish_withdrawals import finish_withdrawals
from shared.audit_jobs import AUDIT_JOBS
from shared.jobs import Job
from shared.service import DATABASE, PROFILE


async def _withdraw(app: web.Application, now: datetime) -> None:
    profile = app[PROFILE]
    await finish_withdrawals(
        app[DATABASE],
        horizon_on=lambda day: profile.policies_at(day).horizon_days,
        now=now,
    )


JOBS = (*AUDIT_JOBS, Job("withdrawals", 1.0, _withdraw))
