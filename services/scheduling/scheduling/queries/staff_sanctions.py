"""A family's sanctions as staff see them: those that hold, are over or were lifted (R-28, R-29)."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from scheduling.desk_models import FamilySanction, FamilySanctions
from scheduling.domain.refusals import sanction_reason
from shared import cursors
from shared.database import Transaction


async def of_family(
    tx: Transaction, family_id: UUID, *, limit: int, cursor: str | None, now: datetime
) -> FamilySanctions:
    """A page of them, the newest first."""
    given: list[object] = [family_id, now, limit + 1]
    after = ""
    if cursor is not None:
        given += cursors.read(cursor)
        after = "AND (imposed_at, sanction_id) < ($4, $5)"
    rows = await tx.fetch(
        f"""
        SELECT sanction_id, family_id, rule, appointment_id, imposed_at, until, lifted_at,
            lifted_by, lifting_reason,
            CASE WHEN lifted_at IS NOT NULL THEN 'lifted' WHEN until > $2 THEN 'in_force'
                ELSE 'over' END AS state
        FROM sanctions WHERE family_id = $1 {after}
        ORDER BY imposed_at DESC, sanction_id DESC LIMIT $3
        """,
        *given,
    )
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    more = cursors.write(last["imposed_at"], last["sanction_id"]) if last else None
    return FamilySanctions(items=[_item(row) for row in page], next=more)


def _item(row: Record) -> FamilySanction:
    return FamilySanction(
        id=row["sanction_id"],
        family_id=row["family_id"],
        rule=row["rule"],
        explanation=sanction_reason(row["rule"]),
        state=row["state"],
        appointment_id=row["appointment_id"],
        imposed_at=row["imposed_at"],
        until=row["until"],
        lifted_at=row["lifted_at"],
        lifted_by=row["lifted_by"],
        reason=row["lifting_reason"],
    )
