"""Contracts onto and off RabbitMQ: the only import of aio_pika."""

from clientcomm_bus.answers import RequestFailed
from clientcomm_bus.batches import BatchConsumer, Process
from clientcomm_bus.connections import Broker
from clientcomm_bus.dead_letters import DeadLetterConsumer
from clientcomm_bus.declaring import TopologyMissing, check_topology, declare_topology
from clientcomm_bus.live import LiveQueue
from clientcomm_bus.publisher import Publisher
from clientcomm_bus.request_client import RequestClient
from clientcomm_bus.request_server import RequestServer
from clientcomm_bus.retries import Parking
from clientcomm_bus.wire import MALFORMED, Item, Outgoing, packs

__all__ = [
    "MALFORMED",
    "BatchConsumer",
    "Broker",
    "DeadLetterConsumer",
    "Item",
    "LiveQueue",
    "Outgoing",
    "Parking",
    "Process",
    "Publisher",
    "RequestClient",
    "RequestFailed",
    "RequestServer",
    "TopologyMissing",
    "check_topology",
    "declare_topology",
    "packs",
]
