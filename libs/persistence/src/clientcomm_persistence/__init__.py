"""One transaction, its outbox and its inbox: SQLAlchemy and psycopg."""

from typing import TYPE_CHECKING

from clientcomm_persistence.answers import ReservedKey
from clientcomm_persistence.commands import migrate_command
from clientcomm_persistence.database import Database, DatabaseHealth
from clientcomm_persistence.grouped import Grouped
from clientcomm_persistence.inbox import Handler, InboxProcessor
from clientcomm_persistence.leader import LeaderLock, Leadership
from clientcomm_persistence.outages import OutcomeUnknown
from clientcomm_persistence.outbox import OutboxRow
from clientcomm_persistence.packing import publishing_through
from clientcomm_persistence.parking import ParkedItem, ParkingTable
from clientcomm_persistence.relay import Relay
from clientcomm_persistence.retention import Retention
from clientcomm_persistence.service_tables import RecordClass, service_metadata
from clientcomm_persistence.tables import ReliableTables, reliable_tables
from clientcomm_persistence.transaction import Transaction

if TYPE_CHECKING:
    from clientcomm_persistence.migrations import create_reliable_tables, migrate

__all__ = [
    "Database",
    "DatabaseHealth",
    "Grouped",
    "Handler",
    "InboxProcessor",
    "LeaderLock",
    "Leadership",
    "OutboxRow",
    "OutcomeUnknown",
    "ParkedItem",
    "ParkingTable",
    "RecordClass",
    "Relay",
    "ReliableTables",
    "ReservedKey",
    "Retention",
    "Transaction",
    "create_reliable_tables",
    "migrate",
    "migrate_command",
    "publishing_through",
    "reliable_tables",
    "service_metadata",
]


def __getattr__(name: str) -> object:
    """Alembic costs 7 MB, which only the command that migrates should pay."""
    if name in {"create_reliable_tables", "migrate"}:
        from clientcomm_persistence import migrations

        return getattr(migrations, name)
    raise AttributeError(name)
