"""Puts scheduler together."""

from collections.abc import Callable, Sequence
from importlib import import_module
from zoneinfo import reset_tzpath

from clientcomm_bus import BatchConsumer, Broker, DeadLetterConsumer, Publisher, RequestServer
from clientcomm_chassis import Component, ServiceSettings, clock_of, new_id
from clientcomm_contracts.topology import request_queue
from clientcomm_persistence import (
    Database,
    DatabaseHealth,
    InboxProcessor,
    ParkingTable,
    Relay,
    Retention,
    publishing_through,
)
from clientcomm_scheduler.adapters.directory import QUEUE, Directory, only_scheduled
from clientcomm_scheduler.adapters.requests import Requests
from clientcomm_scheduler.adapters.timer import Timer
from clientcomm_scheduler.adapters.zone_keeper import ZoneKeeper
from clientcomm_scheduler.application.surroundings import Surroundings

SERVICE = "scheduler"
MIGRATIONS = "clientcomm_scheduler.adapters.migrations"
_LINGER = 0.05


def database_of(settings: ServiceSettings) -> Database:
    """The service's database, as its runtime role."""
    return Database(
        settings.service_database_url.get_secret_value(),
        application_name=settings.process_name or SERVICE,
    )


def surroundings_of(settings: ServiceSettings) -> Callable[[], Surroundings]:
    """Instant, ids and zone data; zones come from the pinned package, whose version is known."""
    reset_tzpath(())
    zone_data = str(import_module("tzdata").IANA_VERSION)
    clock = clock_of(settings.clock_file)
    return lambda: Surroundings(clock.now(), new_id, zone_data)


def components_of(settings: ServiceSettings) -> Sequence[Component]:
    """All parts of a process of this service, in the order in which they start."""
    url = settings.service_database_url.get_secret_value()
    database = database_of(settings)
    around = surroundings_of(settings)
    broker = Broker(
        settings.amqp_url.get_secret_value(), process_name=settings.process_name or SERVICE
    )
    parking = ParkingTable(database)
    follow = InboxProcessor(
        database, consumer="scheduler.directory", handlers=Directory(around).handlers()
    )
    return (
        DatabaseHealth(database),
        broker,
        Relay(url, publishing_through(Publisher(broker)), writer=database),
        RequestServer(
            broker, request_queue(SERVICE, "fast"), Requests(database, around).handlers()
        ),
        BatchConsumer(
            broker, QUEUE, only_scheduled(follow), parking, linger=_LINGER, is_awaited=False
        ),
        DeadLetterConsumer(broker, SERVICE, parking),
        Timer(database, clock_of(settings.clock_file), listen_url=url),
        ZoneKeeper(database, around),
        Retention(database),
    )
