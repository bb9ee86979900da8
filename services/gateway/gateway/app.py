"""The gateway's two applications: the public listener and the portal's, alike but for callers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

from aiohttp import web

from gateway import portal as portal_row
from gateway import proxy
from gateway.callers import portal_address, public_address
from gateway.description import describe, openapi
from gateway.door import Address, admission, traced
from gateway.limits import Limiter
from gateway.pages import account_links, docs, links, seals, start
from gateway.pages import problems as problem_pages
from gateway.pages.refusals import refusals
from gateway.pages.rendering import prepare, style
from gateway.parts import LIMITER, POOLS, PROFILE, SETTINGS
from gateway.pool import Pool, open_pool
from gateway.replicas import Resolve, resolve
from gateway.security import hook
from gateway.settings import Settings
from gateway.table import OWN, PAGES, ROWS, Row, patterned
from shared.access import access, access_log
from shared.health import HEALTH, PROBE_SECONDS, Health
from shared.problems import problems
from shared.profile import Profile
from shared.service import add_health, institute
from shared.stalls import watch_stalls
from shared.strict_json import BODY_BYTES
from shared.supervise import supervisor
from shared.turns import in_turns

PORTAL_SECONDS = 2.0
"""A page has three seconds, and the calls that it waits for must fit in (decision 6)."""

_PAGES: dict[tuple[str, str], Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    ("GET", "/"): start.start,
    ("GET", "/docs"): docs.docs,
    ("GET", "/openapi.json"): openapi,
    ("GET", "/problems"): problem_pages.problem_list,
    ("GET", "/problems/{slug}"): problem_pages.problem,
    ("GET", "/pages.css"): style,
    ("GET", "/activar"): links.ask_activation,
    ("POST", "/activar"): links.activate,
    ("GET", "/recuperar"): account_links.ask_recovery,
    ("POST", "/recuperar"): account_links.recover,
    ("GET", "/correo"): account_links.ask_email,
    ("POST", "/correo"): account_links.confirm_email,
    ("GET", "/no-fui-yo"): account_links.ask_undoing,
    ("POST", "/no-fui-yo"): account_links.undo,
    ("GET", "/sellos/{folio}"): seals.seal,
}


def build(settings: Settings, lookup: Resolve = resolve) -> tuple[web.Application, web.Application]:
    """The public application and the portal's. They share the limits and nothing else."""
    profile = institute(settings)
    limiter = Limiter()
    credential = settings.portal_credential.get_secret_value().encode()
    public = _application(
        settings, profile, limiter,
        address=lambda request: public_address(request, settings.trusted_proxies),
        rows=(*ROWS, *OWN, *(() if settings.portal_url else PAGES)), places=settings.places,
        lookup=lookup,
    )  # fmt: skip
    portal = _application(
        settings, profile, limiter,
        address=lambda request: portal_address(request, credential),
        rows=tuple(_hastened(row) for row in ROWS), places=settings.portal_places, lookup=lookup,
    )  # fmt: skip
    if settings.portal_url is not None:
        public.cleanup_ctx.append(_portal(settings.portal_url, settings.places, lookup))
        for method in portal_row.METHODS:
            public.router.add_route(method, portal_row.PATH, portal_row.page)
    return public, portal


def _application(
    settings: Settings,
    profile: Profile,
    limiter: Limiter,
    *,
    address: Address,
    rows: tuple[Row, ...],
    places: int,
    lookup: Resolve,
) -> web.Application:
    admitted = admission(rows, limiter, address, settings.hosts)
    app = web.Application(
        middlewares=[in_turns(), traced, access, problems, refusals, admitted],
        client_max_size=BODY_BYTES,
    )
    app[SETTINGS], app[PROFILE], app[LIMITER], app[HEALTH] = settings, profile, limiter, Health()
    app.on_response_prepare.append(hook(settings))
    app.cleanup_ctx.extend([access_log, _services(settings, places, lookup)])
    prepare(app)
    describe(app)
    add_health(app)
    for row in rows:
        for method in row.methods:
            app.router.add_route(method, patterned(row.path), _handler(row, method))
    return app


def _handler(row: Row, method: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    own = _PAGES.get(("GET" if method == "HEAD" else method, row.path))
    return own or proxy.handler(row)


def _hastened(row: Row) -> Row:
    return Row(row.methods, row.path, row.service, row.limit, min(row.seconds, PORTAL_SECONDS))


def _services(
    settings: Settings, places: int, lookup: Resolve
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Pools to every service, their look-ups, and their health in the gateway's report."""
    urls = {
        "identity": settings.identity_url,
        "scheduling": settings.scheduling_url,
        "clinical-records": settings.clinical_records_url,
        "notifications": settings.notifications_url,
    }

    async def opened(app: web.Application) -> AsyncIterator[None]:
        health = app[HEALTH]
        async with AsyncExitStack() as stack:
            pools = {
                name: await stack.enter_async_context(open_pool(url, places, lookup))
                for name, url in urls.items()
            }
            app[POOLS] = pools
            keeper = await stack.enter_async_context(supervisor())
            for name, pool in pools.items():
                health.other[name] = _ready(pool)
                keeper.start(f"replicas.{name}", pool.replicas.watch)
            watch_stalls(keeper, health)
            await health.probe()
            keeper.start("health", health.watch)
            yield

    return opened


def _portal(
    url: str, places: int, lookup: Resolve
) -> Callable[[web.Application], AsyncIterator[None]]:
    """The pool to the portal, its health, and its replicas looked up like any other's."""

    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with (
            open_pool(url, places, lookup, passed=portal_row.PASSED) as pool,
            supervisor() as keeper,
        ):
            app[portal_row.POOL] = pool
            app[HEALTH].other[portal_row.NAME] = _ready(pool)
            keeper.start(f"replicas.{portal_row.NAME}", pool.replicas.watch)
            yield

    return opened


def _ready(pool: Pool) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return await pool.answers("/health/ready", PROBE_SECONDS)

    return probe
