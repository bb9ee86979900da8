"""Every fact the house publishes, found by routing key and by type."""

from shared.contracts import clinical, identity, notifications, scheduling
from shared.contracts.event import Fact

FACTS: tuple[type[Fact], ...] = (
    *identity.FACTS,
    *scheduling.FACTS,
    *clinical.FACTS,
    *notifications.FACTS,
)
BY_TYPE: dict[str, type[Fact]] = {fact.event_type(): fact for fact in FACTS}
BY_ROUTING_KEY: dict[str, type[Fact]] = {fact.routing_key: fact for fact in FACTS}
