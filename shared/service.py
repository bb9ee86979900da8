"""A service from its parts: profile, database, relay, consumers, sessions, jobs, HTTP, health."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from aiohttp import web
from pydantic import SecretStr

from shared import clock, topology_check
from shared.access import access, access_log
from shared.audit import refusal_recorder
from shared.audited import REFUSALS
from shared.auth import Verifier
from shared.consume import Consumer
from shared.consume_batch import Subscription
from shared.database import Database, open_database
from shared.health import HEALTH, Health, database_probe, live, ready
from shared.identity_client import IdentityClient
from shared.jobs import Job, housekeeping, keep_doing
from shared.openapi import document
from shared.operations import Routes
from shared.problems import problems
from shared.profile import Profile, load_profile
from shared.relay import Relay
from shared.sessions import identity_access
from shared.settings import BaseProcessSettings, DatabaseSettings, SettingsInvalid
from shared.stalls import watch_stalls
from shared.strict_json import BODY_BYTES
from shared.supervise import Supervisor, supervisor
from shared.turns import in_turns
from shared.web import CLOCK, VERIFIER, add_operations, door

API_VERSION = "1"

DATABASE = web.AppKey("database", Database)
PROFILE = web.AppKey("profile", Profile)
SUPERVISOR = web.AppKey("supervisor", Supervisor)
RELAY = web.AppKey("relay", Relay)
IDENTITY = web.AppKey("identity", IdentityClient)

Resource = Callable[[web.Application], AsyncIterator[None]]
Subscriptions = Sequence[Subscription] | Callable[[web.Application], Sequence[Subscription]]


@dataclass(frozen=True, slots=True)
class IdentityAccess:
    """Where identity is and what we prove ourselves with."""

    url: str
    secret: SecretStr


def identity_keys(url: str, secret: SecretStr) -> IdentityAccess:
    """Access to identity: public keys, revocations and, for notifications, deliveries."""
    return IdentityAccess(url, secret)


@dataclass(frozen=True, slots=True)
class Spec:
    """What one service is made of. `name` is the process's, `clinical-records` for one.

    A service other than identity has `keys`; identity itself gives its own `verifier`, called once
    its resources are open. `subscriptions` and `jobs` that need resources are built from the app.
    """

    name: str
    title: str
    routes: Sequence[Routes]
    subscriptions: Subscriptions = ()
    jobs: Sequence[Job] = ()
    resources: Sequence[Resource] = ()
    keys: IdentityAccess | None = None
    verifier: Callable[[web.Application], Verifier] | None = None


def application(
    settings: DatabaseSettings, spec: Spec, *, now: clock.Clock = clock.now
) -> web.Application:
    """The service as an aiohttp application; everything opens in order and closes in reverse."""
    layers = [in_turns(), door, access, problems]
    app = web.Application(middlewares=layers, client_max_size=BODY_BYTES)
    app[CLOCK] = now
    app[HEALTH] = Health()
    app[PROFILE] = institute(settings)
    app.cleanup_ctx.extend([access_log, _database(settings, spec), _supervisor])
    if spec.keys is not None:
        app.cleanup_ctx.append(_sessions(settings, spec, spec.keys))
    app.cleanup_ctx.extend(spec.resources)
    app.cleanup_ctx.append(_tasks(settings, spec))
    for routes in spec.routes:
        add_operations(app, routes)
    add_health(app)
    described = _described(tuple(spec.routes), f"SISA: {spec.title}")

    async def openapi(_request: web.Request) -> web.Response:
        return web.json_response(text=described)

    app.router.add_get("/openapi.json", openapi, allow_head=False)
    return app


@lru_cache(maxsize=8)
def _described(routes: tuple[Routes, ...], title: str) -> str:
    """The OpenAPI document, made once for all applications of a process: that is a slow thing."""
    return json.dumps(document(list(routes), title=title, version=API_VERSION))


def institute(settings: BaseProcessSettings) -> Profile:
    """The institute's profile; one that is for demonstrations alone is refused in production."""
    profile = load_profile(settings.institute)
    if settings.environment == "production" and profile.demo:
        raise SettingsInvalid("the institute's profile is a demo: production refuses it")
    return profile


def add_health(app: web.Application) -> None:
    """`/health/live` and `/health/ready`."""
    app.router.add_get("/health/live", live, allow_head=False)
    app.router.add_get("/health/ready", ready, allow_head=False)


def _database(settings: DatabaseSettings, spec: Spec) -> Resource:
    async def opened(app: web.Application) -> AsyncIterator[None]:
        url = settings.database_url.get_secret_value()
        async with open_database(url, name=spec.name, size=settings.pool_size) as database:
            app[DATABASE] = database
            app[REFUSALS] = refusal_recorder(database)
            app[HEALTH].vital["database"] = database_probe(database)
            yield

    return opened


async def _supervisor(app: web.Application) -> AsyncIterator[None]:
    async with supervisor() as keeper:
        app[SUPERVISOR] = keeper
        yield


def _sessions(settings: DatabaseSettings, spec: Spec, keys: IdentityAccess) -> Resource:
    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with identity_access(
            app[SUPERVISOR],
            app[HEALTH],
            url=keys.url,
            secret=keys.secret.get_secret_value(),
            amqp_url=settings.amqp_url.get_secret_value(),
            name=spec.name,
            now=app[CLOCK],
        ) as (client, verifier):
            app[IDENTITY], app[VERIFIER] = client, verifier
            yield

    return opened


def _tasks(settings: DatabaseSettings, spec: Spec) -> Resource:
    """Relay, consumers, jobs and probes: last to start, first to stop."""

    async def opened(app: web.Application) -> AsyncIterator[None]:
        if spec.verifier is not None:
            app[VERIFIER] = spec.verifier(app)
        amqp_url = settings.amqp_url.get_secret_value()
        health = app[HEALTH]
        async with supervisor() as keeper:
            relay = Relay(settings.database_url.get_secret_value(), amqp_url, name=spec.name)
            app[DATABASE].on_commit(relay.wake)
            app[RELAY] = relay
            keeper.start("relay", relay.run, stop=relay.stop)
            health.other["broker"] = _says(lambda: relay.linked)
            health.figures["relayed"] = lambda: relay.relayed
            watch_stalls(keeper, health)
            wanted = spec.subscriptions
            for subscription in wanted(app) if callable(wanted) else wanted:
                consumer = Consumer(app[DATABASE], amqp_url, subscription, name=spec.name)
                keeper.start(subscription.queue, consumer.run, stop=consumer.stop)
                health.other[subscription.queue] = _consuming(consumer)
            complete = [False]
            keeper.start("topology", partial(topology_check.watch, amqp_url, complete))
            health.other["topology"] = _says(lambda: complete[0])
            for job in (*housekeeping(app[DATABASE], health), *spec.jobs):
                keeper.start(f"job.{job.name}", keep_doing(app, job, app[CLOCK]))
            await health.probe()
            keeper.start("health", health.watch)
            yield

    return opened


def _says(read: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return read()

    return probe


def _consuming(consumer: Consumer) -> Callable[[], Awaitable[bool]]:
    return _says(lambda: consumer.consuming)
