"""What sms keeps from events: departments, holders of numbers, whom to ring; and its own gate."""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, Table, Text, Uuid, text

from clientcomm_persistence import RecordClass
from clientcomm_sms.adapters.tables import metadata
from clientcomm_sms.adapters.tables.queue import Instant

SETTINGS = {"record_class": RecordClass.SETTINGS}

department = Table(
    "department",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("fallback_phone", Text),
    Column("segments_per_second", Double, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    info=SETTINGS,
)

department_number = Table(
    "department_number",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department_id", Uuid, nullable=False),
    Column("value", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_department_number_value", "value"),
    Index("ix_department_number_department_id", "department_id"),
    info=SETTINGS,
)

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("desk_phone", Text),
    Column("is_active", Boolean, nullable=False),
    Column("is_administrator", Boolean, nullable=False),
    Column("is_supervisor", Boolean, nullable=False),
    info=SETTINGS,
)

client = Table(
    "client",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("merged_into", Uuid),
    info={"record_class": RecordClass.CLIENTS},
)

client_number = Table(
    "client_number",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False),
    Column("value", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_client_number_value", "value"),
    Index("ix_client_number_client_id", "client_id"),
    info={"record_class": RecordClass.CLIENTS},
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("department_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    Column("sender", Text),
    Column("state", Text, nullable=False),
    Column("assigned_to", Uuid),
    Column("merged_into", Uuid),
    Index("ix_conversation_client_id", "client_id"),
    Index("ix_conversation_sender", "sender", postgresql_where=text("sender is not null")),
    info={"record_class": RecordClass.CLIENTS},
)

gate = Table(
    "gate",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("system_identifier", BigInteger),
    Column("timeline", Integer),
    Column("changed_at", Instant, nullable=False),
    Column("compared_at", Instant),
    info=SETTINGS,
)

listing_cursor = Table(
    "listing_cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("listed_until", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    info=SETTINGS,
)
