"""Keeps received mails in one SQLite file: on disk, whatever their number, and over restarts."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from deploy.local.mail_message import Mail
from shared.ids import uuid7

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS mails (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    received_at TEXT NOT NULL,
    summary TEXT,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS recipients (
    address TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES mails ON DELETE CASCADE,
    PRIMARY KEY (address, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_by_mail ON recipients (number);
"""
_ADDRESSED = "number IN (SELECT number FROM recipients WHERE address = :to)"
_LATEST = "number = (SELECT max(number) FROM mails)"


@dataclass(frozen=True, slots=True)
class Page:
    """Some summaries, newest first, and how many there are in all."""

    total: int
    start: int
    summaries: list[dict[str, Any]]


class MailStore:
    """All mails ever received, until they are deleted."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        self._database.close()

    def add(self, raw: bytes, recipients: list[str], now: datetime) -> str:
        """Keep a mail and return its id. It is read only when somebody looks at it."""
        mail_id = uuid7().hex
        with self._transaction():
            number = self._database.execute(
                "INSERT INTO mails (id, received_at, raw) VALUES (?, ?, ?)",
                (mail_id, now.isoformat(), raw),
            ).lastrowid
            self._database.executemany(
                "INSERT OR IGNORE INTO recipients VALUES (?, ?)",
                [(address.lower(), number) for address in recipients],
            )
        return mail_id

    def page(self, start: int, limit: int, to: str | None = None) -> Page:
        """Return `limit` summaries after the newest `start`, of one recipient if one is named."""
        where = _ADDRESSED if to else "true"
        values = {"to": (to or "").lower(), "start": start, "limit": limit}
        (total,) = self._database.execute(
            f"SELECT count(*) FROM mails WHERE {where}", values
        ).fetchone()
        rows = self._database.execute(
            f"SELECT number FROM mails WHERE {where} "
            "ORDER BY number DESC LIMIT :limit OFFSET :start",
            values,
        ).fetchall()
        return Page(total, start, [self._summary(number) for (number,) in rows])

    def find(self, mail_id: str) -> tuple[dict[str, Any], bytes] | None:
        """Return a mail's summary and the mail as it came; `latest` names the newest one."""
        where = _LATEST if mail_id == "latest" else "id = :id"
        row = self._database.execute(
            f"SELECT number, raw FROM mails WHERE {where}", {"id": mail_id}
        ).fetchone()
        return (self._summary(row[0]), row[1]) if row else None

    def _summary(self, number: int) -> dict[str, Any]:
        """Return what lists show of a mail, worked out at the first look and kept."""
        mail_id, received_at, kept = self._database.execute(
            "SELECT id, received_at, summary FROM mails WHERE number = ?", (number,)
        ).fetchone()
        if kept is not None:
            return cast("dict[str, Any]", json.loads(kept))
        (raw,) = self._database.execute(
            "SELECT raw FROM mails WHERE number = ?", (number,)
        ).fetchone()
        summary = {"ID": mail_id, "Created": received_at, "Size": len(raw)}
        summary |= {"Read": False, "Tags": []} | Mail.parsed(raw).summary()
        self._database.execute(
            "UPDATE mails SET summary = ? WHERE number = ?", (json.dumps(summary), number)
        )
        return summary

    def delete(self, mail_ids: list[str] | None) -> None:
        """Forget the mails named, or all of them for None."""
        if mail_ids is None:
            self._database.execute("DELETE FROM mails")
            return
        with self._transaction():
            self._database.executemany("DELETE FROM mails WHERE id = ?", [(i,) for i in mail_ids])

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN")
        return self._database
