import asyncio
from collections.abc import Iterator

import pytest
from libs.bus.tests.probes import QUEUE, empty

from clientcomm_contracts.topology import dead_queue
from clientcomm_testkit.brokers import VirtualHost


@pytest.fixture
def host(declared_amqp_vhost: VirtualHost) -> Iterator[VirtualHost]:
    """The module's declared virtual host, its work queues empty."""
    yield declared_amqp_vhost
    asyncio.run(empty(declared_amqp_vhost.admin_url, QUEUE, dead_queue("conversations")))


@pytest.fixture
def url(host: VirtualHost) -> str:
    return host.admin_url
