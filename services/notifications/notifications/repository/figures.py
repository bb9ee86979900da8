"""What became of the mails of a time: counts by template and state, and how long they took."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.database import Transaction

_TEMPLATES = """
SELECT template,
    count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued,
    count(*) FILTER (WHERE state = 'sent') AS sent,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
    coalesce(sum(indeterminate), 0)::bigint AS indeterminate,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE state = 'sent')
        AS seconds_p50,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY took) FILTER (WHERE state = 'sent')
        AS seconds_p99
FROM (
    SELECT *, extract(epoch FROM settled_at - occurred_at)::float8 AS took FROM mails
    WHERE created_at >= $1 AND created_at < $2 AND state <> 'planned'
) AS mail
GROUP BY template ORDER BY template
"""

_REASONS = """
SELECT state, reason, count(*) AS count FROM mails
WHERE created_at >= $1 AND created_at < $2 AND reason IS NOT NULL
GROUP BY state, reason ORDER BY count(*) DESC, state, reason
"""

_PLANNED = "SELECT count(*) FROM mails WHERE state = 'planned'"


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows by template and by reason; `planned` reminders are those of now."""

    templates: list[asyncpg.Record]
    reasons: list[asyncpg.Record]
    planned: int


async def delivery_figures(tx: Transaction, since: datetime, until: datetime) -> Figures:
    """Of the mails that came onto the ledger from `since` on and before `until`."""
    templates = await tx.fetch(_TEMPLATES, since, until)
    reasons = await tx.fetch(_REASONS, since, until)
    planned = await tx.fetchval(_PLANNED)
    return Figures(list(templates), list(reasons), int(planned))
