"""Notifications' parts, in the order in which they start."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from notifications import consumers, jobs
from notifications.api import contact, staff
from notifications.rendering.renderer import Renderer
from notifications.sending.assembly import dkim_signer, office, own_name, writer
from notifications.sending.connection import Server
from notifications.sending.dkim_signing import DkimSigner
from notifications.sending.probe import ServerProbe
from notifications.settings import Settings
from shared.clock import Clock
from shared.clock import now as utc_now
from shared.consume_batch import Subscription
from shared.health import HEALTH
from shared.service import (
    DATABASE,
    IDENTITY,
    PROFILE,
    Resource,
    Spec,
    application,
    identity_keys,
    institute,
)
from shared.supervise import supervisor
from shared.web import CLOCK


def build(settings: Settings, *, now: Clock = utc_now) -> web.Application:
    # Judged before anything starts: with a key that can't sign, the process must not start.
    sender = institute(settings).sender.address
    signer = dkim_signer(settings.dkim_selector, settings.dkim_key, sender)
    return application(
        settings,
        Spec(
            name="notifications",
            title="Avisos",
            routes=[contact.routes, staff.routes],
            subscriptions=subscriptions,
            jobs=jobs.JOBS,
            resources=[mail_office(settings, signer)],
            keys=identity_keys(settings.identity_url, settings.client_secret),
        ),
        now=now,
    )


def subscriptions(app: web.Application) -> Sequence[Subscription]:
    return consumers.subscriptions(app[CLOCK], app[PROFILE])


def mail_office(settings: Settings, signer: DkimSigner | None) -> Resource:
    """Sends while the service runs; the mails in hand end before the database closes."""
    password = settings.smtp_password
    server = Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        own_name=own_name(),
        username=settings.smtp_username,
        password=password.get_secret_value() if password else None,
    )

    async def opened(app: web.Application) -> AsyncIterator[None]:
        profile, clock = app[PROFILE], app[CLOCK]
        mails, breaker = office(
            app[DATABASE],
            clock,
            writer(Renderer(profile, settings.public_url), app[IDENTITY], clock, signer),
            sender=profile.sender.address,
            server=server,
            connections=settings.smtp_connections,
            rate=settings.smtp_rate,
        )
        app[HEALTH].other["smtp"] = ServerProbe(server, breaker)
        async with supervisor() as keeper:
            keeper.start("mail", mails.run, stop=mails.stop)
            yield

    return opened
