"""A letter: what a mail says, once, for its text part and its HTML part alike."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter; `kind` decides which of the fields are used.

    text: `text`. action: `text` on a button to `url`. facts: `rows` of (label, value).
    advice: `text` set apart, for what must not be overlooked. quoted: `text` that a person wrote,
    its lines kept.
    """

    kind: Literal["text", "action", "facts", "advice", "quoted"]
    text: str = ""
    url: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """`preview` is what mail programs show beside the subject in a list.

    `closing` stands in the place of the line that nobody reads answers.
    """

    subject: str
    preview: str
    heading: str
    greeting: str
    blocks: tuple[Block, ...]
    closing: str | None = None


def text(words: str) -> Block:
    return Block("text", text=words)


def action(label: str, url: str) -> Block:
    return Block("action", text=label, url=url)


def facts(*rows: tuple[str, str]) -> Block:
    """Rows without a value are left out."""
    return Block("facts", rows=tuple(row for row in rows if row[1]))


def advice(words: str) -> Block:
    return Block("advice", text=words)


def quoted(words: str) -> Block:
    return Block("quoted", text=words)
