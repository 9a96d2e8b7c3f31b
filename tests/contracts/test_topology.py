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


def test_work_queues_say_every_argument_and_have_no_maximum_length() -> None:
    for queue in topology.queues():
        if queue.kind != "work":
            continue
        assert queue.arguments["x-delivery-limit"] == 100
        assert queue.arguments["x-dead-letter-exchange"] == topology.DEAD
        assert "x-max-length" not in queue.arguments


def test_one_wait_queue_for_each_delay_returns_by_the_default_exchange() -> None:
    waits = [queue for queue in topology.queues() if queue.kind == "wait"]

    assert sorted(queue.arguments["x-message-ttl"] for queue in waits) == [
        1_000,
        5_000,
        30_000,
        120_000,
        600_000,
        3_600_000,
    ]
    assert {queue.arguments["x-dead-letter-exchange"] for queue in waits} == {""}
    assert all("x-dead-letter-routing-key" not in queue.arguments for queue in waits)


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
