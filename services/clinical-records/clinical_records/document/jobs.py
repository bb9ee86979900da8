"""Seals what was authorised, as long as something is due; watches the key and counts what waits."""

import asyncio
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from clinical_records.document.keys import KeyUnusable
from clinical_records.document.parts import PRESS, SEAL_WORKS
from clinical_records.document.press import NotMade
from clinical_records.domain.sealings import ALARMING_ATTEMPTS, Claimed
from clinical_records.parts import CIPHER
from clinical_records.repository import seal_misses, sealings
from clinical_records.usecases.claim_sealings import claim_sealings
from clinical_records.usecases.postpone_sealing import postpone_sealing
from clinical_records.usecases.seal_sick_leave import seal_sick_leave
from shared.health import HEALTH, Probe
from shared.jobs import Job
from shared.service import DATABASE, PROFILE
from shared.web import CLOCK

_WARNED = timedelta(days=30)

_log = structlog.get_logger()


def sealing_jobs(public_url: str) -> tuple[Job, ...]:
    """What several replicas may do at once: each sick leave is claimed by one."""

    async def seal(app: web.Application, _now: datetime) -> None:
        if PRESS in app:
            # One more than there are workers, so that one stores while the others make.
            lanes = len(app[PRESS].workers) + 1
            async with asyncio.TaskGroup() as group:
                for _ in range(lanes):
                    group.create_task(_drain(app, public_url))

    return (
        Job("seal", 1.0, seal),
        Job("seal-key", 300.0, _watch_key),
        Job("sealings", 2.0, _count),
        Job("seal-forget", 600.0, _forget),
    )


async def _drain(app: web.Application, public_url: str) -> None:
    """One after the other until none is due, or the key can't be used."""
    while True:
        claims = await claim_sealings(app[DATABASE], app[CLOCK](), at_most=1)
        if not claims or not await _attempt(app, public_url, claims[0]):
            return


async def _attempt(app: web.Application, public_url: str, claimed: Claimed) -> bool:
    """Whether it is worth going on with the next."""
    try:
        sealed = await seal_sick_leave(
            app[DATABASE], app[CIPHER], app[PRESS], app[PROFILE],
            public_url=public_url, claimed=claimed, clock=app[CLOCK],
        )  # fmt: skip
    except KeyUnusable as error:
        app[SEAL_WORKS][0] = False
        _log.error("seal_key_unusable", reason=str(error))
        await _postpone(app, claimed, "key-unusable")
        return False
    except NotMade as error:
        await _postpone(app, claimed, str(error))
    except Exception as error:  # noqa: BLE001  # one paper's fault must not hold up the others
        await _postpone(app, claimed, type(error).__name__)
    else:
        app[SEAL_WORKS][0] = True
        if sealed:
            _log.info("sick_leave_sealed", sick_leave_id=claimed.sick_leave_id)
    return True


async def _postpone(app: web.Application, claimed: Claimed, reason: str) -> None:
    alarming = claimed.attempts >= ALARMING_ATTEMPTS
    tell = _log.error if alarming else _log.warning
    tell(
        "sick_leave_not_sealed",
        sick_leave_id=claimed.sick_leave_id,
        attempts=claimed.attempts,
        reason=reason,
    )
    await postpone_sealing(app[DATABASE], claimed, reason, app[CLOCK]())


async def _watch_key(app: web.Application, now: datetime) -> None:
    """Tries the key without anything to seal, so that its loss is known before it is needed."""
    app[HEALTH].other["seal"] = _works(app)
    if PRESS not in app:
        return
    try:
        certificate = await app[PRESS].certificate()
    except (KeyUnusable, NotMade) as error:
        app[SEAL_WORKS][0] = False
        _log.error("seal_key_unusable", reason=str(error))
        return
    app[SEAL_WORKS][0] = True
    left = certificate.parsed.not_valid_after_utc - now
    if left < _WARNED:
        _log.warning("seal_certificate_expires", seconds=int(left.total_seconds()))


def _works(app: web.Application) -> Probe:
    async def probe() -> bool:
        return app[SEAL_WORKS][0]

    return probe


async def _count(app: web.Application, now: datetime) -> None:
    async with app[DATABASE].connection() as connection:
        waiting, oldest_at = await sealings.backlog(connection)
    age = 0.0 if oldest_at is None else max(0.0, (now - oldest_at).total_seconds())
    app[HEALTH].figures["sealings_waiting"] = lambda: float(waiting)
    app[HEALTH].figures["sealings_oldest_seconds"] = lambda: age


async def _forget(app: web.Application, now: datetime) -> None:
    async with app[DATABASE].connection() as connection:
        await seal_misses.forget(connection, now)
        await sealings.forget(connection)
