"""Members as staff find them: by number, by name, by an appointment's folio (R-33)."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from scheduling.desk_models import MemberItem, MemberItems
from scheduling.domain.staff import Reach, Sought
from scheduling.models import Named
from shared import cursors
from shared.database import Transaction
from shared.errors import Malformed

_BY_NAME = "array_to_tsvector(name_words(display_name)) @@ name_query($3)"
_BY_NUMBER = "affiliation_number = $3"
_BY_FOLIO = "member_id = (SELECT member_id FROM appointments WHERE folio = $3)"


async def found(
    tx: Transaction,
    what: Sought,
    reach: Reach,
    *,
    limit: int,
    cursor: str | None,
    now: datetime,
) -> MemberItems:
    """A page of the reach's members, by name; who lapsed is among them and told so.

    The cursor names the last member and no name: it stands in an address.
    """
    condition = _BY_FOLIO if what.folio else _BY_NUMBER if what.number else _BY_NAME
    given: list[object] = [now, limit + 1, what.folio or what.number or what.name]
    if reach.unit is not None:
        given.append(reach.unit)
        condition += f" AND home_unit = ${len(given)}"
    if cursor is not None:
        given += await _after(tx, cursors.read_id(cursor))
        condition += f" AND (display_name, member_id) > (${len(given) - 1}, ${len(given)})"
    rows = await tx.fetch(
        f"""
        SELECT member_id, family_id, display_name, affiliation_number, birth_on, relation, holder,
            home_unit, units.name AS unit_name, valid_to,
            rule_coverage(members, today, today, false) IS NULL AS covered,
            sanctioned_until(family_id, $1) AS sanctioned_until
        FROM member_descriptions JOIN members USING (member_id) JOIN units ON code = home_unit
        CROSS JOIN LATERAL (SELECT ($1::timestamptz AT TIME ZONE zone)::date AS today) AS local
        WHERE {condition}
        ORDER BY display_name, member_id LIMIT $2
        """,
        *given,
    )
    page = rows[:limit]
    more = cursors.write_id(page[-1]["member_id"]) if len(rows) > limit else None
    return MemberItems(items=[_item(row) for row in page], next=more)


async def _after(tx: Transaction, member_id: UUID) -> tuple[str, UUID]:
    name = await tx.fetchval(
        "SELECT display_name FROM member_descriptions WHERE member_id = $1", member_id
    )
    if name is None:
        raise Malformed
    return name, member_id


def _item(row: Record) -> MemberItem:
    return MemberItem(
        id=row["member_id"],
        family_id=row["family_id"],
        name=row["display_name"],
        affiliation_number=row["affiliation_number"],
        birth_on=row["birth_on"],
        relation=row["relation"],
        holder=row["holder"],
        home_unit=Named(code=row["home_unit"], name=row["unit_name"]),
        covered=row["covered"],
        covered_until=row["valid_to"],
        sanctioned_until=row["sanctioned_until"],
    )
