"""Reading a message from a queue: into a typed event of a proven producer, or why it can't be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from shared.contracts.event import Event, Fact

OPERATORS = "ops"
PRODUCER_HEADER = "sisa-producer"
LARGEST_BYTES = 256 * 1024
_TYPE = re.compile(r"[a-z0-9_.]{1,120}")


@dataclass(frozen=True, slots=True)
class Received:
    """One event as a handler gets it; `producer` is the login that the broker vouched for.

    A republished event carries the subject's present state and replaces what is held, whatever
    its sequence.
    """

    event: Event[Any]
    republished: bool
    producer: str


class Unreadable(Exception):
    """The message can never be applied; `reason` is a slug, `error` a text without data."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


def read(message: AbstractIncomingMessage, facts: Mapping[str, type[Fact]]) -> Received:
    """The event of a message whose type is one of `facts`; unknown fields are ignored (R-70).

    Raises Unreadable: too-big, not-json, unknown-type, schema or forged.
    """
    if len(message.body) > LARGEST_BYTES:
        raise Unreadable("too-big", f"{len(message.body)} bytes")
    try:
        envelope = orjson.loads(message.body)
    except orjson.JSONDecodeError:
        raise Unreadable("not-json", "JSONDecodeError") from None
    if not isinstance(envelope, dict):
        raise Unreadable("not-json", "not an object")
    named = envelope.get("type")
    fact = facts.get(named) if isinstance(named, str) else None
    if fact is None:
        known_form = isinstance(named, str) and _TYPE.fullmatch(named)
        raise Unreadable("unknown-type", str(named) if known_form else "no readable type")
    producer = _producer(message)
    if producer != fact.producer():
        raise Unreadable("forged", f"{fact.routing_key} is not this login's to publish")
    return Received(_event(message.body, fact), envelope.get("sisarepublish") is True, producer)


def _producer(message: AbstractIncomingMessage) -> str:
    """Who published: the broker refuses a `user_id` that is not the publisher's login.

    Operators put others' events into a queue again; then the header names the producer.
    """
    if message.user_id == OPERATORS:
        return str(message.headers.get(PRODUCER_HEADER, ""))
    return message.user_id or ""


def _event(body: bytes, fact: type[Fact]) -> Event[Any]:
    model: type[Event[Any]] = Event[fact]  # type: ignore[valid-type]  # pydantic builds the class at run time
    try:
        event = model.model_validate_json(body)
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise Unreadable("schema", "; ".join(faults)[:200]) from None
    if event.subject != event.data.subject or event.source != f"/{fact.producer()}":
        raise Unreadable("schema", "subject or source disagree with the data")
    return event
