"""The books of one run: a folder with what stood before it, what clients did, and what was told.

`opening.json` is written before the first call, `journal.jsonl` by the clients, `events.jsonl`
(from the audit queue) and `closing.json` when the run is over. Nothing in them names a person.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from deploy.local.remembered import write_private


class Opening(BaseModel):
    """What stood before the run and is none of its business."""

    model_config = ConfigDict(frozen=True)

    audit_queue: str
    appointments: frozenset[UUID]
    dead_letters: dict[str, int]
    newest_mail: str | None
    """The mailbox's id of its newest mail, and when that one came by the mailbox's clock."""
    newest_mail_at: datetime | None


class Closing(BaseModel):
    """What had not come to rest when the time was up."""

    model_config = ConfigDict(frozen=True)

    waiting: dict[str, int]


@dataclass(frozen=True, slots=True)
class Books:
    """Where the parts of the books stand."""

    folder: Path

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def balance(self) -> Path:
        return self.folder / "balance.json"

    def write_opening(self, opening: Opening) -> None:
        write_private(self.folder / "opening.json", opening.model_dump_json(indent=1))

    def write_closing(self, closing: Closing) -> None:
        write_private(self.folder / "closing.json", closing.model_dump_json(indent=1))

    def closing(self) -> Closing:
        """Raises FileNotFoundError when these books were not closed."""
        return Closing.model_validate_json((self.folder / "closing.json").read_bytes())

    def opening(self) -> Opening:
        """Raises FileNotFoundError when these books were never opened."""
        return Opening.model_validate_json((self.folder / "opening.json").read_bytes())

    @classmethod
    def new(cls, parent: Path, name: str) -> Self:
        """An empty folder for a new run below `parent`."""
        folder = parent / name
        folder.mkdir(mode=0o700, parents=True)
        return cls(folder)
