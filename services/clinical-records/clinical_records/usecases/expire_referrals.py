"""Referrals end with their last day, by the clock of the unit that gave them (R-46)."""

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from clinical_records.repository import referrals
from shared import outbox
from shared.clock import local_day
from shared.contracts.clinical import ReferralExpired
from shared.database import Database
from shared.profile import Profile

AT_ONCE = 200
_log = structlog.get_logger()


async def expire_referrals(database: Database, profile: Profile, *, now: datetime) -> int:
    """Returns how many ended; several processes may do it at once.

    A unit that was closed since goes by the institute's own clock.
    """
    elsewhere: defaultdict[ZoneInfo, list[str]] = defaultdict(list)
    for unit in profile.units:
        if unit.zone_info != profile.zone_info:
            elsewhere[unit.zone_info].append(unit.code)
    others = [code for codes in elsewhere.values() for code in codes]
    total = await _expire_all(database, None, others, local_day(now, profile.zone_info), now)
    for zone, codes in elsewhere.items():
        total += await _expire_all(database, codes, [], local_day(now, zone), now)
    if total:
        _log.info("referrals_expired", count=total)
    return total


async def _expire_all(
    database: Database, units: list[str] | None, others: list[str], today: date, now: datetime
) -> int:
    total = 0
    while True:
        async with database.transaction() as tx:
            ended = await referrals.expire(tx, units, others, today, AT_ONCE)
            rows = [
                outbox.row(
                    ReferralExpired(referral_id=referral_id, state="expired"),
                    sequence=version,
                    now=now,
                )
                for referral_id, version in ended
            ]
            await outbox.add_rows(tx, rows, lane=1)
        total += len(ended)
        if len(ended) < AT_ONCE:
            return total
