import time

import pytest
from libs.bus.tests.contracts import item, text_of
from libs.bus.tests.probes import QUEUE, Lot, a_broker, consuming, until

from clientcomm_bus import (
    BatchConsumer,
    Outgoing,
    Publisher,
    TopologyMissing,
    check_topology,
    declare_topology,
)
from clientcomm_contracts import topology
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


async def test_declaring_again_changes_nothing(url: str) -> None:
    await declare_topology(url)


@pytest.mark.parametrize("service", topology.SERVICES)
async def test_each_service_finds_its_queues_with_its_own_user(
    host: VirtualHost, service: str
) -> None:
    async with a_broker(host.url_of(service)) as broker:
        await check_topology(broker, service)


async def test_an_undeclared_topology_is_noticed(amqp_vhost: VirtualHost) -> None:
    async with a_broker(amqp_vhost.admin_url) as broker:
        with pytest.raises(TopologyMissing):
            await check_topology(broker, "sms")


async def test_a_long_delay_does_not_hold_up_a_short_one(url: str) -> None:
    """Research §2.2: only the head of a queue expires, hence one wait queue per delay."""
    arrivals: dict[str, float] = {}
    began = time.monotonic()

    async def process(items: object) -> None:
        assert isinstance(items, list)
        arrivals.update({text_of(one): time.monotonic() - began for one in items})

    async with a_broker(url) as broker, consuming(BatchConsumer(broker, QUEUE, process, Lot())):
        outgoing = [
            Outgoing(topology.wait_exchange(delay), QUEUE, [item(delay)]) for delay in ("5s", "1s")
        ]
        assert await Publisher(broker).publish(outgoing) == [True, True]
        await until(lambda: len(arrivals) == 2)

    assert 1 <= arrivals["1s"] < 2
    assert 5 <= arrivals["5s"] < 6.5
