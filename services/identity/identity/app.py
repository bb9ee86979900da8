"""Identity's parts, in the order in which they start."""

from aiohttp import web

from identity.api import (
    accounts,
    institute,
    internal,
    keys,
    me,
    reactivation,
    recovery,
    sessions,
    staff,
)
from identity.consumers import SUBSCRIPTIONS
from identity.jobs import JOBS
from identity.parts import parts
from identity.settings import Settings
from identity.verifier import SessionVerifier
from shared import clock
from shared.service import Spec, application


def build(settings: Settings, *, now: clock.Clock = clock.now) -> web.Application:
    return application(
        settings,
        Spec(
            name="identity",
            title="Cuentas",
            routes=[
                accounts.routes,
                recovery.routes,
                reactivation.routes,
                sessions.routes,
                me.routes,
                staff.routes,
                institute.routes,
                keys.routes,
                internal.routes,
            ],
            subscriptions=SUBSCRIPTIONS,
            resources=[parts(settings)],
            jobs=JOBS,
            verifier=SessionVerifier,
        ),
        now=now,
    )
