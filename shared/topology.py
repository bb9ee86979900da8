"""The whole topology of the bus in one description: applied by `python -m shared.ops topology`.

In a queue's declaration stands only its type, which can never be changed; limits, lifetimes and
dead-lettering are policies, which can. Nothing that RabbitMQ 3.10 or 4.3 lacks is used.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from shared.contracts.event import PRIVATE_EXCHANGE, PUBLIC_EXCHANGE
from shared.dead_letters import DEAD_EXCHANGE
from shared.outbox import REPLAY_EXCHANGE

HISTORY = "sisa.events.history"
REVOKED_KEY = "identity.session.revoked"
SERVICES = ("identity", "scheduling", "clinical", "notifications")

DELIVERY_LIMIT = 200
"""A backstop against a message that kills the process; never a retry counter."""
_DAY = 24 * 60 * 60 * 1000
WORK_TTL = 30 * _DAY
"""Shorter than the inbox remembers; what expires is dead-lettered, not lost."""
DEAD_TTL = 45 * _DAY
CONSUMER_TIMEOUT = _DAY

_NOTHING = "^$"


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    kind: Literal["topic", "direct"]


@dataclass(frozen=True, slots=True)
class Queue:
    """`keys` are bound per exchange. A work queue has a `<name>.dead` beside it."""

    name: str
    kind: Literal["quorum", "stream"] = "quorum"
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`since` is the broker's version that first knows all keys of the definition."""

    name: str
    pattern: str
    definition: dict[str, Any]
    priority: int = 10
    newer: dict[str, Any] = field(default_factory=dict)
    since: tuple[int, int] = (3, 10)


@dataclass(frozen=True, slots=True)
class Login:
    """Rights as regular expressions; `topics` are (exchange, write, read) on routing keys."""

    name: str
    configure: str
    write: str
    read: str
    topics: tuple[tuple[str, str, str], ...]
    tags: tuple[str, ...] = ()


def _both(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (exchange, key) for key in keys for exchange in (PUBLIC_EXCHANGE, PRIVATE_EXCHANGE)
    )


def _public(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((PUBLIC_EXCHANGE, key) for key in keys)


def _private(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((PRIVATE_EXCHANGE, key) for key in keys)


EXCHANGES = (
    Exchange(PUBLIC_EXCHANGE, "topic"),
    Exchange(PRIVATE_EXCHANGE, "topic"),
    Exchange(DEAD_EXCHANGE, "direct"),
    Exchange(REPLAY_EXCHANGE, "direct"),
)

WORK = (
    Queue("identity.mails", keys=_public("notifications.mail.failed")),
    Queue("scheduling.members", keys=_both("identity.member.*")),
    Queue("scheduling.referrals", keys=_both("clinical.referral.*")),
    Queue("clinical.members", keys=_both("identity.member.*")),
    Queue(
        "clinical.appointments",
        keys=(*_both("scheduling.appointment.*"), *_private("scheduling.doctor.described")),
    ),
    Queue("notifications.people", keys=_both("identity.member.*")),
    Queue(
        "notifications.addresses",
        keys=(*_private("identity.contact.changed"), *_public("identity.account.*")),
    ),
    Queue(
        "notifications.mail",
        keys=(
            *_public(
                "scheduling.appointment.booked",
                "scheduling.appointment.cancelled",
                "scheduling.appointment.moved",
                "scheduling.sanction.imposed",
                "scheduling.sanction.lifted",
                "clinical.sick_leave.sealed",
                "clinical.sick_leave.revoked",
            ),
            *_private("identity.delivery.requested"),
        ),
    ),
)
"""One queue per consuming service and purpose; its name begins with the service's login."""

QUEUES = (
    *(
        Queue(queue.name, queue.kind, (*queue.keys, (REPLAY_EXCHANGE, queue.name)))
        for queue in WORK
    ),
    *(Queue(f"{queue.name}.dead", keys=((DEAD_EXCHANGE, queue.name),)) for queue in WORK),
    Queue(HISTORY, "stream", keys=_public("#")),
)


def _exactly(*names: str) -> str:
    return f"^({'|'.join(name.replace('.', '[.]') for name in names)})$"


# Only one policy holds for a queue, so each stands whole.
POLICIES = (
    *(
        Policy(
            f"work-{queue.name}",
            _exactly(queue.name),
            {
                "delivery-limit": DELIVERY_LIMIT,
                "message-ttl": WORK_TTL,
                "dead-letter-exchange": DEAD_EXCHANGE,
                "dead-letter-routing-key": queue.name,
                "dead-letter-strategy": "at-least-once",
                "overflow": "reject-publish",
            },
            # 3.10 and 3.11 know it from rabbitmq.conf alone.
            newer={"consumer-timeout": CONSUMER_TIMEOUT},
            since=(3, 12),
        )
        for queue in WORK
    ),
    Policy(
        "dead",
        "^(scheduling|clinical|notifications|identity)[.].+[.]dead$",
        {"message-ttl": DEAD_TTL},
    ),
    Policy("history", _exactly(HISTORY), {"max-age": "30D"}),
)


def _service(name: str) -> Login:
    revoked = f"{name}[.]revoked[.].+"
    own = "|".join(
        queue.name.replace(".", "[.]") for queue in WORK if queue.name.startswith(f"{name}.")
    )
    reads = "|".join(part for part in (own, revoked, PUBLIC_EXCHANGE.replace(".", "[.]")) if part)
    writes = [one.name.replace(".", "[.]") for one in EXCHANGES]
    return Login(
        name,
        configure=f"^{revoked}$",
        write=f"^({'|'.join(writes)}|{revoked})$",
        read=f"^({reads})$",
        topics=(
            # Reading a topic exchange means binding to it: here the revocation queue, no more.
            (PUBLIC_EXCHANGE, f"^{name}[.].+$", _exactly(REVOKED_KEY)),
            (PRIVATE_EXCHANGE, f"^{name}[.].+$", _NOTHING),
        ),
    )


LOGINS = (
    *(_service(name) for name in SERVICES),
    Login(
        "ops",
        configure=_NOTHING,
        write=_exactly(REPLAY_EXCHANGE),
        read=f"^({HISTORY.replace('.', '[.]')}|.+[.]dead)$",
        topics=((PUBLIC_EXCHANGE, _NOTHING, _NOTHING), (PRIVATE_EXCHANGE, _NOTHING, _NOTHING)),
        tags=("monitoring",),
    ),
)


def queues_of(login: str) -> tuple[str, ...]:
    """The work queues that a service consumes."""
    return tuple(queue.name for queue in WORK if queue.name.startswith(f"{login}."))
