"""The send queue, the rate of each number, the attempts, and the receipts."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from clientcomm_persistence import RecordClass
from clientcomm_sms.adapters.tables import metadata

MESSAGES = {"record_class": RecordClass.MESSAGES}
Instant = DateTime(timezone=True)

outgoing_text = Table(
    "outgoing_text",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("arrival", BigInteger, Identity(always=True), nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("department_id", Uuid, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("number_from", Text, nullable=False),
    Column("number_to", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("media_keys", ARRAY(Text), nullable=False, server_default="{}"),
    Column("written_at", Instant, nullable=False),
    Column("arrived_at", Instant, nullable=False, server_default=func.now()),
    Column("not_after", Instant),
    Column("quiet_starts", Time),
    Column("quiet_ends", Time),
    Column("quiet_zone", Text),
    Column("state", Text, nullable=False),
    Column("reported", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("error_code", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("polls", Integer, nullable=False, server_default="0"),
    Column("uncertain_since", Instant),
    Column("next_attempt_at", Instant),
    Column("look_at", Instant),
    Column("lease_until", Instant),
    Column("token", Uuid),
    Column("sid", Text),
    Column("sent_at", Instant),
    Column("blanked_at", Instant),
    Column("correlation_id", Text),
    Index("ix_outgoing_text_lane", "conversation_id", "lane", "position"),
    Index(
        "ix_outgoing_text_queue", "number_from", "lane", "arrival",
        postgresql_where=text("state = 'queued'"),
    ),
    Index("ix_outgoing_text_lease", "lease_until", postgresql_where=text("state = 'sending'")),
    Index("ix_outgoing_text_look", "look_at", postgresql_where=text("look_at is not null")),
    Index("ix_outgoing_text_unknown", "number_from", postgresql_where=text("state = 'unknown'")),
    info=MESSAGES,
    postgresql_with={"fillfactor": "80", "autovacuum_vacuum_scale_factor": "0.05"},
)  # fmt: skip

number_bucket = Table(
    "number_bucket",
    metadata,
    Column("number", Text, primary_key=True),
    Column("department_id", Uuid),
    Column("segments_per_second", Double, nullable=False, server_default="1"),
    Column("tokens", Double, nullable=False, server_default="1"),
    Column("refilled_at", Instant, nullable=False, server_default=func.now()),
    Column("paused_until", Instant),
    info={"record_class": RecordClass.SETTINGS},
    postgresql_with={"fillfactor": "50"},
)

number_health = Table(
    "number_health",
    metadata,
    Column("number", Text, primary_key=True),
    Column("last_success_at", Instant, nullable=False),
    info={"record_class": RecordClass.SETTINGS},
    postgresql_with={"fillfactor": "50"},
)

attempt = Table(
    "attempt",
    metadata,
    Column("token", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("number_from", Text, nullable=False),
    Column("number_to", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("ended_at", Instant),
    Column("sid", Text, unique=True),
    Column("code", Text),
    Index("ix_attempt_message", "message_id"),
    info=MESSAGES,
    postgresql_with={"fillfactor": "80"},
)

callback_log = Table(
    "callback_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sid", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("token", Uuid),
    Column("error_code", Text),
    Column("received_at", Instant, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("sid", "status"),
    info=MESSAGES,
)

withdrawn_text = Table(
    "withdrawn_text",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("withdrawn_at", Instant, nullable=False),
    info=MESSAGES,
)

withdrawn_lane = Table(
    "withdrawn_lane",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("lane", SmallInteger, primary_key=True),
    Column("withdrawn_at", Instant, nullable=False),
    info=MESSAGES,
)

stray_text = Table(
    "stray_text",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message_id", Uuid),
    Column("number", Text),
    Column("found_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index("ix_stray_text_open", "kind", postgresql_where=text("settled_at is null")),
    info=MESSAGES,
)
