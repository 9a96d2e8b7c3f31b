"""The only place that puts conversations together."""

from collections.abc import Mapping, Sequence
from typing import Any

from clientcomm_bus import BatchConsumer, Broker, DeadLetterConsumer, Publisher, RequestServer
from clientcomm_chassis import Background, Component, ServiceSettings, clock_of, new_id
from clientcomm_contracts.contract import Request
from clientcomm_contracts.topology import request_queue
from clientcomm_conversations.adapters import commands, from_scheduler, from_sms
from clientcomm_conversations.adapters.bulk_releaser import BulkReleaser
from clientcomm_conversations.adapters.escalation import Escalation
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.adapters.requests_asking import asking_handlers
from clientcomm_conversations.adapters.requests_coverage import coverage_handlers
from clientcomm_conversations.adapters.requests_departments import department_handlers
from clientcomm_conversations.adapters.requests_reading import reading_handlers
from clientcomm_conversations.adapters.requests_set_up import set_up_handlers
from clientcomm_conversations.adapters.requests_staff import staff_handlers
from clientcomm_conversations.adapters.requests_writing import writing_handlers
from clientcomm_persistence import (
    Database,
    DatabaseHealth,
    InboxProcessor,
    ParkingTable,
    Relay,
    Retention,
    publishing_through,
)

SERVICE = "conversations"
MIGRATIONS = "clientcomm_conversations.adapters.migrations"
_MOST_AT_ONCE = 12


def database_of(settings: ServiceSettings, *, statement_timeout_ms: int = 15_000) -> Database:
    """The service's database, with one connection for each thing done at the same time."""
    return Database(
        settings.service_database_url.get_secret_value(),
        application_name=settings.process_name or SERVICE,
        pool_size=_MOST_AT_ONCE + 6,
        statement_timeout_ms=statement_timeout_ms,
    )


def components(settings: ServiceSettings) -> Sequence[Component]:
    """All parts of the process, in the order in which they start."""
    database = database_of(settings)
    broker = Broker(
        settings.amqp_url.get_secret_value(), process_name=settings.process_name or SERVICE
    )
    clock = clock_of(settings.clock_file)
    writers = Writers(clock, new_id)
    relay = Relay(
        settings.service_database_url.get_secret_value(),
        publishing_through(Publisher(broker)),
        writer=database,
    )
    parking = ParkingTable(database)
    answers = request_handlers(database, writers)
    return (
        DatabaseHealth(database),
        broker,
        relay,
        *_consumers(broker, database, parking, writers),
        DeadLetterConsumer(broker, SERVICE, parking),
        *_servers(broker, answers),
        Background("bulk", BulkReleaser(database, writers).run),
        Background("escalation", Escalation(database, writers).run),
        Retention(database),
    )


def request_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for every request that is asked here."""
    return {
        **reading_handlers(database, writers.clock),
        **writing_handlers(database, writers),
        **staff_handlers(database, writers),
        **department_handlers(database, writers),
        **set_up_handlers(database, writers),
        **coverage_handlers(database, writers),
        **asking_handlers(database, writers),
    }


def _consumers(
    broker: Broker, database: Database, parking: ParkingTable, writers: Writers
) -> Sequence[Component]:
    return tuple(
        BatchConsumer(
            broker,
            source.QUEUE,
            InboxProcessor(database, consumer=source.CONSUMER, handlers=source.handlers(writers)),
            parking,
            batch_size=source.MESSAGES_AT_ONCE,
        )
        for source in (from_sms, from_scheduler, commands)
    )


def _servers(broker: Broker, answers: Mapping[type[Request[Any]], Answer]) -> Sequence[Component]:
    return tuple(
        RequestServer(
            broker,
            request_queue(SERVICE, pace),
            {request: answer for request, answer in answers.items() if request.pace == pace},
            concurrency=_MOST_AT_ONCE if pace == "fast" else 2,
        )
        for pace in ("fast", "slow")
    )
