"""The envelope of every event: CloudEvents 1.0 in structured JSON, and what a fact must declare."""

from datetime import datetime
from typing import Annotated, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

PUBLIC_EXCHANGE = "sisa.events"
PRIVATE_EXCHANGE = "sisa.private"
CONTENT_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "mx.sisa."


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


Instant = Annotated[AwareDatetime, PlainSerializer(_instant, when_used="json")]
"""An instant with an offset; written as RFC 3339 with a Z when it is UTC."""


class Fact(BaseModel):
    """The data of one event; a subclass names its routing key and the field that is its subject.

    Producers build it whole; consumers ignore fields they don't know (R-70).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    routing_key: ClassVar[str]
    subject_field: ClassVar[str]
    private: ClassVar[bool] = False
    version: ClassVar[int] = 1

    @classmethod
    def event_type(cls) -> str:
        """`mx.sisa.scheduling.appointment.booked.v1`."""
        return f"{TYPE_PREFIX}{cls.routing_key}.v{cls.version}"

    @classmethod
    def producer(cls) -> str:
        """The login that alone may publish this: the first word of the routing key."""
        return cls.routing_key.partition(".")[0]

    @classmethod
    def exchange(cls) -> str:
        return PRIVATE_EXCHANGE if cls.private else PUBLIC_EXCHANGE

    @property
    def subject(self) -> UUID:
        value = getattr(self, self.subject_field)
        if not isinstance(value, UUID):
            raise TypeError(self.subject_field)
        return value


FactT = TypeVar("FactT", bound=Fact)


class Event(BaseModel, Generic[FactT]):
    """CloudEvents 1.0 with the extensions `traceparent` and `sequence`.

    `sequence` is the version of the subject within its exchange: ten digits, from 1, no gaps.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID
    time: Instant
    dataschema: str
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: Annotated[str, Field(pattern=r"^[0-9]{10}$")]
    traceparent: str | None = None
    data: FactT

    @property
    def version(self) -> int:
        """The subject's version as a number."""
        return int(self.sequence)


def dataschema(fact: type[Fact]) -> str:
    """Where the JSON Schema of a fact is published, relative to the institute's address."""
    return f"/events/schemas/{fact.routing_key}.v{fact.version}.json"
