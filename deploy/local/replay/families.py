"""Families of the roll that may play a part: covered, not registered, not promised to others."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import asyncpg

from deploy.local.remembered import write_private

RESERVED = 200
"""So many spare families of the description stay unregistered, whatever is replayed."""
COVERED_DAYS = 32
"""Coverage must outlast the horizon of booking: who lapses before is another rule's trial."""

# Numbers in falling order: who takes spare families from the top meets those of a replay last.
_FREE = """
SELECT holder_number, home_unit FROM families JOIN members USING (family_id)
WHERE holder AND on_roll AND valid_from <= current_date
    AND (valid_to IS NULL OR valid_to > current_date + $1::integer)
    AND (holder_number = ANY ($2::text[]) OR NOT EXISTS (
        SELECT FROM accounts WHERE accounts.family_id = families.family_id AND state <> 'closed'))
    AND holder_number <> ALL ($3::text[])
ORDER BY holder_number = ANY ($2::text[]), holder_number DESC
"""


@dataclass(slots=True)
class Troupe:
    """The families that earlier replays activated, kept in a file: they may play again."""

    path: Path
    numbers: frozenset[str]

    @classmethod
    def remembered(cls, path: Path) -> Self:
        text = path.read_text("utf-8") if path.exists() else ""
        return cls(path, frozenset(text.split()))

    def add(self, numbers: Collection[str]) -> None:
        self.numbers |= frozenset(numbers)
        write_private(self.path, "".join(f"{number}\n" for number in sorted(self.numbers)))


async def families(
    identity_url: str, troupe: Troupe, reserved: Collection[str]
) -> dict[str, list[str]]:
    """Holders' numbers by home unit: first who never registered, then who played before."""
    connection = await asyncpg.connect(identity_url)
    try:
        rows = await connection.fetch(_FREE, COVERED_DAYS, list(troupe.numbers), list(reserved))
    finally:
        await connection.close()
    by_unit: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_unit[row["home_unit"]].append(row["holder_number"])
    return by_unit
