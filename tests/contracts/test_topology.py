"""The topology carries every contract to somebody, and nobody further than they may."""

import re

import pytest

from clientcomm_contracts import topology
from clientcomm_contracts.catalogue import consumers_of, contracts, topic_matches
from clientcomm_contracts.contract import Command, Event

CONTRACTS = contracts()


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_has_a_durable_consumer(name: str) -> None:
    assert consumers_of(CONTRACTS[name])


@pytest.mark.parametrize("name", CONTRACTS)
def test_name_begins_with_its_owner_and_ends_with_a_version(name: str) -> None:
    assert re.fullmatch(
        r"(conversations|sms|scheduler|export|gateway)\.[a-z_]+\.[a-z_]+\.v\d+", name
    )


@pytest.mark.parametrize(
    "name", [name for name, contract in CONTRACTS.items() if issubclass(contract, Event)]
)
def test_events_of_conversations_and_scheduler_reach_the_journal(name: str) -> None:
    owner = name.split(".", maxsplit=1)[0]

    assert ("export.journal.v1" in consumers_of(CONTRACTS[name])) == (owner != "sms")


def _arguments(kind: str) -> dict[str, dict[str, str | int]]:
    return {queue.name: dict(queue.arguments) for queue in topology.queues() if queue.kind == kind}


def test_work_queues_say_every_argument_and_have_no_maximum_length() -> None:
    for name, arguments in _arguments("work").items():
        assert arguments == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 100,
            "x-dead-letter-exchange": "dead.v1",
            "x-dead-letter-routing-key": name.split(".", maxsplit=1)[0],
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }


def test_one_wait_queue_for_each_delay_returns_by_the_default_exchange() -> None:
    delays = {
        "1s": 1_000,
        "5s": 5_000,
        "30s": 30_000,
        "2m": 120_000,
        "10m": 600_000,
        "1h": 3_600_000,
    }

    assert _arguments("wait") == {
        f"wait.{delay}.v2": {
            "x-queue-type": "quorum",
            "x-delivery-limit": 2_147_483_647,
            "x-message-ttl": milliseconds,
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
        for delay, milliseconds in delays.items()
    }


def test_every_quorum_queue_has_a_delivery_limit_and_none_can_reach_it_without_a_way_out() -> None:
    """RabbitMQ 4.0 takes 20 where none is said, and drops what has no way out (research §2.4)."""
    for queue in topology.queues():
        if queue.arguments["x-queue-type"] != "quorum":
            continue
        limit = queue.arguments["x-delivery-limit"]
        assert isinstance(limit, int)
        assert limit >= (20 if "x-dead-letter-exchange" in queue.arguments else 2**31 - 1)


def test_dead_lettering_at_least_once_has_what_it_needs() -> None:
    """Without any of these the broker falls back silently to at most once (research §2.2)."""
    strict = [queue for queue in topology.queues() if "x-dead-letter-strategy" in queue.arguments]

    assert {queue.kind for queue in strict} == {"work", "wait"}
    for queue in strict:
        assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
        assert queue.arguments["x-queue-type"] == "quorum"
        assert "x-dead-letter-exchange" in queue.arguments
        assert queue.arguments["x-overflow"] == "reject-publish"


def test_no_replaced_queue_is_still_in_use() -> None:
    replaced = {binding.queue for binding in topology.replaced_bindings()}

    assert replaced.isdisjoint(queue.name for queue in topology.queues())


@pytest.mark.parametrize("service", topology.SERVICES)
def test_a_service_reads_only_its_own_queues(service: str) -> None:
    read = re.compile(topology.permissions(service).read)

    for queue in topology.queues():
        assert bool(read.search(queue.name)) == (queue.service == service)


@pytest.mark.parametrize("service", topology.SERVICES)
def test_a_service_publishes_only_under_its_own_name(service: str) -> None:
    events = re.compile(topology.topic_permissions(service)[topology.EVENTS].write)
    commands = re.compile(topology.topic_permissions(service)[topology.COMMANDS].write)

    for name, contract in CONTRACTS.items():
        if issubclass(contract, Event):
            assert bool(events.search(name)) == (name.split(".")[0] == service)
        if issubclass(contract, Command):
            assert not (commands.search(name) and name.split(".")[0] == service)


def test_only_the_gateway_may_declare_and_only_its_live_queue() -> None:
    assert {topology.permissions(service).configure for service in topology.SERVICES} == {
        "^$",
        r"^gateway\.live\..*$",
    }


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("sms.#", "sms.text.received.v1", True),
        ("sms.*", "sms.text.received.v1", False),
        ("sms.text.#", "sms.message.send.v1", False),
        ("sms.*.received.v1", "sms.text.received.v1", True),
    ],
)
def test_topic_patterns_match_as_the_broker_matches(
    pattern: str, name: str, expected: bool
) -> None:
    assert topic_matches(pattern, name) is expected
