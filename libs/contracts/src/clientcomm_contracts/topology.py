"""Exchanges, queues, bindings and permissions as data; declared by a deploy step (architecture §3).

Valid on RabbitMQ 3.10 and 4.x without plug-ins. Names carry a version where arguments may change.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

EVENTS = "events.v1"
COMMANDS = "commands.v1"
REQUESTS = "requests.v1"
DEAD = "dead.v1"
LIVE_PREFIX = "gateway.live."
SERVICES = ("gateway", "conversations", "sms", "scheduler", "export")
DELIVERY_LIMIT = 100
NO_DELIVERY_LIMIT = 2_147_483_647
"""Out of reach, for where messages cannot die to a queue; RabbitMQ 4.0 drops them at 20."""

WAITS: Mapping[str, int] = {
    "1s": 1_000,
    "5s": 5_000,
    "30s": 30_000,
    "2m": 120_000,
    "10m": 600_000,
    "1h": 3_600_000,
}
"""Delays of the retry ladder in milliseconds, in the order of the attempts."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue of one consumer purpose; `service` is None for the shared wait queues."""

    name: str
    service: str | None
    kind: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Binding:
    """What reaches a queue."""

    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True, slots=True)
class Permission:
    """Regular expressions as RabbitMQ takes them."""

    configure: str
    write: str
    read: str


_WORK: Mapping[str, Sequence[tuple[str, str]]] = {
    "conversations.from-sms.v1": ((EVENTS, "sms.#"),),
    "conversations.from-scheduler.v1": ((EVENTS, "scheduler.conversation_schedule.#"),),
    "conversations.commands.v1": ((COMMANDS, "conversations.#"),),
    "sms.commands.v1": ((COMMANDS, "sms.#"),),
    "sms.directory.v1": (
        (EVENTS, "conversations.department.#"),
        (EVENTS, "conversations.client.#"),
        (EVENTS, "conversations.conversation.changed.#"),
        (EVENTS, "conversations.staff.#"),
    ),
    "scheduler.directory.v1": (
        (EVENTS, "conversations.department.#"),
        (EVENTS, "conversations.client.#"),
        (EVENTS, "conversations.conversation.#"),
        (EVENTS, "conversations.occurrence.#"),
        (EVENTS, "conversations.message.written.#"),
        (EVENTS, "conversations.message.state_changed.#"),
    ),
    "export.journal.v1": ((EVENTS, "conversations.#"), (EVENTS, "scheduler.#")),
    "gateway.directory.v1": ((EVENTS, "conversations.staff.#"),),
    "gateway.commands.v1": ((COMMANDS, "gateway.#"),),
}

_COMMANDED: Mapping[str, Sequence[str]] = {
    "conversations": ("sms", "gateway"),
    "scheduler": ("conversations", "gateway"),
    "sms": (),
    "export": (),
    "gateway": (),
}

_ANSWERING = ("conversations", "sms", "scheduler", "export")
_PACES = ("fast", "slow")


def wait_exchange(delay: str) -> str:
    """The fanout exchange in front of a wait queue; the routing key says where to return to."""
    return f"wait.{delay}.v1"


def request_queue(service: str, pace: str) -> str:
    """Where requests to a service go; also their routing key."""
    return f"{service}.requests.{pace}.v1"


def wait_queue(delay: str) -> str:
    """Where messages wait to be returned."""
    return f"wait.{delay}.v2"


def dead_queue(service: str) -> str:
    """Where a service's messages go that died of the delivery limit."""
    return f"dead.{service}.v2"


def exchanges() -> tuple[Exchange, ...]:
    """All exchanges."""
    return (
        Exchange(EVENTS, "topic"),
        Exchange(COMMANDS, "topic"),
        Exchange(REQUESTS, "direct"),
        Exchange(DEAD, "direct"),
        *(Exchange(wait_exchange(delay), "fanout") for delay in WAITS),
    )


def queues() -> tuple[Queue, ...]:
    """All queues, with every argument explicit."""
    work = (_work_queue(name) for name in _WORK)
    dead = (_dead_queue(service) for service in SERVICES)
    requests = (
        Queue(request_queue(service, pace), service, "requests", {"x-queue-type": "classic"})
        for service in _ANSWERING
        for pace in _PACES
    )
    waits = (_wait_queue(delay, milliseconds) for delay, milliseconds in WAITS.items())
    return (*work, *dead, *requests, *waits)


def bindings() -> tuple[Binding, ...]:
    """What goes where."""
    work = (
        Binding(exchange, queue, key) for queue, keys in _WORK.items() for exchange, key in keys
    )
    dead = (Binding(DEAD, dead_queue(service), service) for service in SERVICES)
    requests = (
        Binding(REQUESTS, request_queue(service, pace), request_queue(service, pace))
        for service in _ANSWERING
        for pace in _PACES
    )
    waits = (Binding(wait_exchange(delay), wait_queue(delay), "") for delay in WAITS)
    return (*work, *dead, *requests, *waits)


def replaced_bindings() -> tuple[Binding, ...]:
    """To queues of earlier versions, which a broker that was upgraded still has."""
    dead = (Binding(DEAD, f"dead.{service}.v1", service) for service in SERVICES)
    waits = (Binding(wait_exchange(delay), f"wait.{delay}.v1", "") for delay in WAITS)
    return (*dead, *waits)


def permissions(service: str) -> Permission:
    """What a service's RabbitMQ user may configure, write to and read from."""
    own = rf"{re.escape(service)}\..*|{re.escape(dead_queue(service))}"
    exchanges_written = [EVENTS, *(wait_exchange(delay) for delay in WAITS)]
    if _COMMANDED[service]:
        exchanges_written.append(COMMANDS)
    if service == "gateway":
        exchanges_written.append(REQUESTS)
        live = re.escape(LIVE_PREFIX) + ".*"
        return Permission(
            configure=f"^{live}$",
            write=_one_of(exchanges_written, live),
            read=f"^({own}|{re.escape(EVENTS)})$",
        )
    return Permission(
        configure="^$", write=_one_of([*exchanges_written, "amq.default"]), read=f"^({own})$"
    )


def topic_permissions(service: str) -> Mapping[str, Permission]:
    """Per topic exchange, the routing keys that a service may publish and bind to."""
    commanded = "|".join(map(re.escape, _COMMANDED[service])) or "nobody"
    own = re.escape(service)
    return {
        EVENTS: Permission(configure="", write=rf"^{own}\.", read=".*"),
        COMMANDS: Permission(configure="", write=rf"^({commanded})\.", read=".*"),
    }


def _one_of(names: Sequence[str], pattern: str | None = None) -> str:
    parts = [re.escape(name) for name in names]
    if pattern:
        parts.append(pattern)
    return f"^({'|'.join(parts)})$"


def _work_queue(name: str) -> Queue:
    service = name.split(".", 1)[0]
    return Queue(
        name,
        service,
        "work",
        {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def _dead_queue(service: str) -> Queue:
    return Queue(
        dead_queue(service),
        service,
        "dead",
        {"x-queue-type": "quorum", "x-delivery-limit": NO_DELIVERY_LIMIT},
    )


def _wait_queue(delay: str, milliseconds: int) -> Queue:
    return Queue(
        wait_queue(delay),
        None,
        "wait",
        {
            "x-queue-type": "quorum",
            "x-delivery-limit": NO_DELIVERY_LIMIT,
            "x-message-ttl": milliseconds,
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )
