"""Every fault, as the runs of `make chaos`."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from types import MappingProxyType

from tests.resilience.faults import AtAnyMoment, Trouble
from tests.resilience.injection import AtPoint
from tests.resilience.workload import MUCH

ROLES = ("gateway", "conversations", "scheduler", "export", "sms-webhooks", "sms-sender")

POINTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "before_publish": ("conversations", "scheduler", "sms"),
        "after_confirm": ("conversations", "scheduler", "sms"),
        "after_commit": ("conversations", "scheduler", "export", "sms-sender", "sms-webhooks"),
        "before_carrier_call": ("sms-sender",),
        "after_carrier_call": ("sms-sender",),
    }
)
"""Which services come by each point; a relay runs in either role of sms."""

CARRIER: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "500 after accepting": {"error_after_accept": 0.3},
        "500 before accepting": {"error_before_accept": 0.3},
        "answer never comes": {"hang_after_accept": {"probability": 0.2, "count": 4}},
        "never accepted, no answer": {
            "hang_before_accept": {"probability": 0.2, "count": 4, "seconds": 20}
        },
        "accepted late": {"accept_late": {"probability": 0.2, "count": 4}},
        "dropped after accepting": {"drop_after_accept": 0.3},
        "dropped before accepting": {"drop_before_accept": 0.3},
        "429 burst": {"too_many_requests": {"count": 30}},
        "malformed answers": {"malformed_json": 0.3},
        "callbacks doubled": {"callback_twice": {"probability": 0.6, "copies": 3}},
        "callbacks reversed": {"callback_reversed": 0.6},
        "callbacks lost": {"callback_lost": 0.4},
        "callbacks late": {"callback_late": {"probability": 0.4, "seconds": 5}},
        "callbacks before the answer": {"callback_before_response": 0.6},
        "callbacks with a wrong signature": {"callback_wrong_signature": 0.4},
        "callbacks with unknown fields": {
            "callback_unknown_fields": True, "inbound_unknown_fields": True,
        },
        "inbound doubled": {"inbound_twice": 0.6},
        "inbound lost": {"inbound_lost": 0.4},
        "inbound with a wrong signature": {"inbound_wrong_signature": 0.4},
        "failed deliveries": {"undelivered": 0.3},
        "a list that lags": {
            "error_after_accept": 0.3, "list_lag": {"seconds": 30}, "read_error": 0.3,
        },
    }
)  # fmt: skip

# A relay frozen for more than 10 s loses its lock to one that stands by; a sender frozen beyond
# its lease of 25 s is taken for dead. Both find out when they go on.
_FROZEN_FOR = {
    "before_publish": 14.0,
    "after_confirm": 14.0,
    "after_commit": 6.0,
    "before_carrier_call": 28.0,
    "after_carrier_call": 28.0,
}

EVERYTHING: Mapping[str, object] = MappingProxyType(
    {
        "error_after_accept": 0.06,
        "drop_after_accept": 0.06,
        "malformed_json": 0.06,
        "too_many_requests": {"probability": 0.1, "count": 12},
        "callback_twice": 0.2,
        "callback_reversed": 0.2,
        "callback_lost": 0.15,
        "callback_before_response": 0.1,
        "callback_wrong_signature": 0.05,
        "inbound_twice": 0.2,
        "inbound_lost": 0.2,
    }
)
"""What goes wrong at the carrier, each now and then, all in one run."""


def troubles(*, with_each_knob: bool) -> list[Trouble]:
    """All runs of the matrix for one number of processes."""
    each = CARRIER if with_each_knob else {}
    return [
        Trouble("nothing goes wrong"),
        *(
            Trouble(f"carrier: {name}", knobs, lingers=22.0 * ("accept_late" in knobs))
            for name, knobs in each.items()
        ),
        Trouble("carrier: everything", EVERYTHING),
        *(_at(point, action) for point in POINTS for action in ("kill", "stop")),
        *(_each_role(action) for action in ("kill", "stop")),
        *_servers(),
        Trouble(
            "everything at once",
            EVERYTHING,
            load=MUCH,
            points=[
                AtPoint("sms-sender", "after_carrier_call", "kill", 5),
                AtPoint("conversations", "after_commit", "kill", 4),
            ],
            moments=[
                AtAnyMoment("rabbitmq", "kill"),
                AtAnyMoment("postgres", "kill"),
                AtAnyMoment("gateway", "kill"),
                AtAnyMoment("sms-webhooks", "stop"),
            ],
        ),
    ]


def storms(chance: random.Random) -> Iterator[Trouble]:
    """Without end: some points, some moments, some knobs."""
    points = [(who, point) for point, all_who in POINTS.items() for who in all_who]
    for number in count(1):
        chosen = dict(chance.sample(points, 3))
        yield Trouble(
            f"storm {number}",
            {knob: EVERYTHING[knob] for knob in chance.sample(sorted(EVERYTHING), 4)},
            points=[
                AtPoint(who, point, chance.choice(("kill", "stop")), chance.randint(1, 6))
                for who, point in chosen.items()
            ],
            moments=[
                AtAnyMoment(who, "kill")
                for who in chance.sample((*ROLES, "rabbitmq", "postgres"), 2)
            ],
            load=MUCH,
            frozen_for=chance.choice((4.0, 12.0, 28.0)),
        )


def _at(point: str, action: str) -> Trouble:
    return Trouble(
        f"{action} {point}",
        points=[AtPoint(who, point, action, nth=2) for who in POINTS[point]],
        frozen_for=_FROZEN_FOR[point],
    )


def _each_role(action: str) -> Trouble:
    moments = [AtAnyMoment(role, action) for role in ROLES]
    return Trouble(f"{action} every service at any moment", moments=moments, frozen_for=22.0)


def _servers() -> list[Trouble]:
    return [
        Trouble(f"{action} {server}", moments=[AtAnyMoment(server, action)], frozen_for=12.0)
        for server in ("rabbitmq", "postgres")
        for action in ("kill", "stop")
    ]
