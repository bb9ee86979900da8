"""Scheduling's parts, in the order in which they start."""

from collections.abc import AsyncIterator

from aiohttp import web

from scheduling import consumers
from scheduling.api import (
    appointments,
    menus,
    staff_agendas,
    staff_appointments,
    staff_audit,
    staff_closures,
    staff_days,
    staff_doctors,
    staff_members,
    staff_moves,
    staff_sanctions,
)
from scheduling.jobs import JOBS
from scheduling.settings import Settings
from scheduling.usecases.adopt_profile import adopt_profile
from shared.service import DATABASE, PROFILE, Spec, application, identity_keys


async def institute(app: web.Application) -> AsyncIterator[None]:
    """The profile's units, services and policy numbers become rows."""
    await adopt_profile(app[DATABASE], app[PROFILE])
    yield


def build(settings: Settings) -> web.Application:
    return application(
        settings,
        Spec(
            name="scheduling",
            title="Citas",
            routes=[
                menus.routes,
                appointments.routes,
                staff_members.routes,
                staff_appointments.routes,
                staff_days.routes,
                staff_sanctions.routes,
                staff_agendas.routes,
                staff_doctors.routes,
                staff_closures.routes,
                staff_moves.routes,
                staff_audit.routes,
            ],
            subscriptions=consumers.SUBSCRIPTIONS,
            resources=[institute],
            jobs=JOBS,
            keys=identity_keys(settings.identity_url, settings.client_secret),
        ),
    )
