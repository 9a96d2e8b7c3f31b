"""The tables that make messages reliable, of the same shape in each service's database."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

# Rows come and go by the thousand; without this the front of the index fills with dead ones.
_CHURNING = {"autovacuum_vacuum_scale_factor": "0.0", "autovacuum_vacuum_threshold": "2000"}


@dataclass(frozen=True, slots=True)
class ReliableTables:
    """What `reliable_tables` adds to a service's metadata."""

    outbox: Table
    inbox: Table
    idempotency: Table
    parked: Table


def reliable_tables(metadata: MetaData) -> ReliableTables:
    """Add outbox, inbox, idempotency and parked to a service's metadata."""
    return ReliableTables(
        _outbox(metadata), _inbox(metadata), _idempotency(metadata), _parked(metadata)
    )


def _outbox(metadata: MetaData) -> Table:
    """What is to be published; a routing key only where it is not the contract's name."""
    return Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(), primary_key=True),
        Column("event_id", Uuid, nullable=False),
        Column("exchange", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("routing_key", Text),
        Column("body", Text, nullable=False),
        Column("correlation_id", Text),
        Column("traceparent", Text),
        _now("created_at"),
        postgresql_with=_CHURNING,
    )


def _inbox(metadata: MetaData) -> Table:
    """What a consumer has handled; kept 14 days, longer than any retry or replay."""
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        _now("received_at"),
        PrimaryKeyConstraint("event_id", "consumer"),
        Index("inbox_received_at", "received_at", postgresql_using="brin"),
    )


def _idempotency(metadata: MetaData) -> Table:
    """Answers already given, by actor and key; kept 7 days."""
    return Table(
        "idempotency",
        metadata,
        Column("actor", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("body_hash", Text, nullable=False),
        Column("answer", JSONB),
        _now("created_at"),
        PrimaryKeyConstraint("actor", "key"),
        Index("idempotency_created_at", "created_at", postgresql_using="brin"),
    )


def _parked(metadata: MetaData) -> Table:
    """What could not be handled, for a person to replay or discard."""
    return Table(
        "parked",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("queue", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("exception_type", Text, nullable=False),
        Column("correlation_id", Text),
        Column("traceparent", Text),
        _now("parked_at"),
        UniqueConstraint("queue", "event_id"),
    )


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())
