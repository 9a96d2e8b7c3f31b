"""What the carrier brings: raw requests, inbound texts with their media, calls, the block list."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from clientcomm_persistence import RecordClass
from clientcomm_sms.adapters.tables import metadata
from clientcomm_sms.adapters.tables.queue import MESSAGES, Instant

webhook_request = Table(
    "webhook_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("token", Uuid),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("next_try_at", Instant, nullable=False, server_default=func.now()),
    Column("problem", Text),
    UniqueConstraint("kind", "key"),
    Index("ix_webhook_request_waiting", "id", postgresql_where=text("done_at is null")),
    info=MESSAGES,
)

inbound_text = Table(
    "inbound_text",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sid", Text, nullable=False, unique=True),
    Column("department_id", Uuid),
    Column("number_from", Text, nullable=False),
    Column("number_to", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("tag", Text),
    Column("num_media", Integer, nullable=False),
    Column("blanked_at", Instant),
    Index("ix_inbound_text_number_to", "number_to", "received_at"),
    info=MESSAGES,
)

inbound_media = Table(
    "inbound_media",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("inbound_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("next_try_at", Instant, server_default=func.now()),
    Column("object_key", Text),
    Column("size_bytes", Integer),
    Column("problem", Text),
    UniqueConstraint("inbound_id", "position"),
    Index(
        "ix_inbound_media_waiting", "next_try_at",
        postgresql_where=text("next_try_at is not null"),
    ),
    info={"record_class": RecordClass.ATTACHMENTS},
)  # fmt: skip

received_call = Table(
    "received_call",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sid", Text, nullable=False, unique=True),
    Column("department_id", Uuid),
    Column("number_from", Text, nullable=False),
    Column("number_to", Text, nullable=False),
    Column("rang", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    info=MESSAGES,
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("department_id", Uuid, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("is_opted_out", Boolean, nullable=False),
    Column("is_doubtful", Boolean, nullable=False, server_default=text("false")),
    Column("since", Instant, nullable=False),
    Column("sequence", Integer, nullable=False),
    info={"record_class": RecordClass.CONSENT},
)

opt_out_change = Table(
    "opt_out_change",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("department_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("is_opted_out", Boolean, nullable=False),
    Column("how", Text, nullable=False),
    Column("by_staff_id", Uuid),
    Column("at", Instant, nullable=False),
    Index("ix_opt_out_change_pair", "department_id", "number"),
    info={"record_class": RecordClass.CONSENT},
)
