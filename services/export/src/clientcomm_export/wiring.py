"""Puts export together."""

from collections.abc import Sequence
from zoneinfo import reset_tzpath

from clientcomm_bus import BatchConsumer, Broker, DeadLetterConsumer, Publisher, RequestServer
from clientcomm_chassis import Background, Component, ServiceSettings, clock_of
from clientcomm_contracts.topology import request_queue
from clientcomm_export.adapters.gaps import LOOK_EVERY, GapWatch
from clientcomm_export.adapters.journal_queue import QUEUE, JournalQueue
from clientcomm_export.adapters.requests import Requests
from clientcomm_export.adapters.thread_tables import ThreadDatabase
from clientcomm_persistence import (
    Database,
    DatabaseHealth,
    ParkingTable,
    Relay,
    Retention,
    publishing_through,
)

SERVICE = "export"
MIGRATIONS = "clientcomm_export.adapters.migrations"

# Nobody waits for the journal, except a transcript for up to 5 s: large batches are cheap ones.
_BATCH = 500
_LINGER = 0.05
_PREFETCH = 100


def database_of(settings: ServiceSettings) -> Database:
    """The service's database, as its runtime role."""
    return Database(
        settings.service_database_url.get_secret_value(),
        application_name=settings.process_name or SERVICE,
    )


def components_of(settings: ServiceSettings) -> Sequence[Component]:
    """All parts of a process of this service, in the order in which they start."""
    reset_tzpath(())
    database = database_of(settings)
    broker = Broker(
        settings.amqp_url.get_secret_value(), process_name=settings.process_name or SERVICE
    )
    parking = ParkingTable(database)
    requests = Requests(ThreadDatabase(database), clock_of(settings.clock_file))
    return (
        DatabaseHealth(database),
        broker,
        # Tells nothing yet; what an operator replays from the parking goes this way.
        Relay(
            settings.service_database_url.get_secret_value(), publishing_through(Publisher(broker))
        ),
        RequestServer(broker, request_queue(SERVICE, "slow"), requests.handlers()),
        BatchConsumer(
            broker,
            QUEUE,
            JournalQueue(database),
            parking,
            batch_size=_BATCH,
            linger=_LINGER,
            is_awaited=False,
            prefetch=_PREFETCH,
        ),
        DeadLetterConsumer(broker, SERVICE, parking),
        Background("gap watch", GapWatch(database), restart_after=LOOK_EVERY),
        Retention(database),
    )
