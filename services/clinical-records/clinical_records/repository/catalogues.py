"""Medicines and diagnoses as the institute loaded them, found by words or by code."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.database import Transaction

_WORD = re.compile(r"[a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Medicine:
    code: str
    name: str
    presentation: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What loading a file did."""

    added: int
    changed: int
    removed: int


def searchable(text: str) -> str:
    """Small letters without accents: how both sides of a search are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def patterns(query: str) -> list[str]:
    """Each word of the query, anywhere in the text."""
    return [f"%{word}%" for word in _WORD.findall(searchable(query))]


async def find_medicines(tx: Transaction, query: str, limit: int) -> list[Medicine]:
    """Those that hold every word of the query, by name."""
    rows = await tx.fetch(
        "SELECT code, name, presentation FROM medications WHERE search LIKE ALL ($1::text[])"
        " ORDER BY name, code LIMIT $2",
        patterns(query),
        limit,
    )
    return [Medicine(**row) for row in rows]


async def find_diagnoses(tx: Transaction, query: str, limit: int) -> list[Diagnosis]:
    """Those that hold every word of the query, by code."""
    rows = await tx.fetch(
        "SELECT code, label FROM diagnoses WHERE search LIKE ALL ($1::text[])"
        " ORDER BY code LIMIT $2",
        patterns(query),
        limit,
    )
    return [Diagnosis(**row) for row in rows]


async def medicine_names(tx: Transaction, codes: Sequence[str]) -> dict[str, str]:
    """Names of those codes that are in the catalogue."""
    rows = await tx.fetch(
        "SELECT code, name FROM medications WHERE code = ANY($1::text[])", list(codes)
    )
    return {row["code"]: row["name"] for row in rows}


async def diagnosis_label(tx: Transaction, code: str) -> str | None:
    found: str | None = await tx.fetchval("SELECT label FROM diagnoses WHERE code = $1", code)
    return found


async def replace_medicines(tx: Transaction, wanted: Sequence[Medicine]) -> Changes:
    """The catalogue becomes exactly these; the same ones again change nothing."""
    row = await tx.fetchrow(
        _replacing("medications", ("name", "presentation", "search")),
        [one.code for one in wanted],
        [one.name for one in wanted],
        [one.presentation for one in wanted],
        [searchable(f"{one.code} {one.name} {one.presentation}") for one in wanted],
    )
    return _changes(row)


async def replace_diagnoses(tx: Transaction, wanted: Sequence[Diagnosis]) -> Changes:
    """The catalogue becomes exactly these; the same ones again change nothing."""
    row = await tx.fetchrow(
        _replacing("diagnoses", ("label", "search")),
        [one.code for one in wanted],
        [one.label for one in wanted],
        [searchable(f"{one.code} {one.label}") for one in wanted],
    )
    return _changes(row)


def _replacing(table: str, columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"${place}::text[]" for place in range(1, len(columns) + 2))
    names = ", ".join(columns)
    old = ", ".join(f"{table}.{name}" for name in columns)
    new = ", ".join(f"EXCLUDED.{name}" for name in columns)
    return f"""
        WITH wanted (code, {names}) AS (SELECT * FROM unnest({arrays})),
        removed AS (
            DELETE FROM {table} WHERE code NOT IN (SELECT code FROM wanted) RETURNING 1
        ),
        written AS (
            INSERT INTO {table} (code, {names}) SELECT code, {names} FROM wanted
            ON CONFLICT (code) DO UPDATE SET ({names}) = ROW ({new})
            WHERE ({old}) IS DISTINCT FROM ({new})
            RETURNING xmax = 0 AS added
        )
        SELECT (SELECT count(*) FROM written WHERE added) AS added,
               (SELECT count(*) FROM written WHERE NOT added) AS changed,
               (SELECT count(*) FROM removed) AS removed
    """


def _changes(row: Any) -> Changes:
    return Changes(**row)
