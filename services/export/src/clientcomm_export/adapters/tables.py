"""The tables of export: its journal of facts, and the threads that transcripts read."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from clientcomm_persistence import RecordClass, service_metadata

metadata = service_metadata()


_PERSONAL = {"is_personal": True}


def _instant() -> DateTime:
    return DateTime(timezone=True)


# One row, locked by whoever appends. A journal rebuilt from nothing begins another epoch.
journal_state = Table(
    "journal_state",
    metadata,
    Column("is_only_row", Boolean, primary_key=True, server_default=text("true")),
    Column("epoch", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("last_position", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("is_only_row", name="only_row"),
    info={"record_class": RecordClass.SETTINGS},
)

# Every fact, gapless per aggregate, with the body as it was told.
journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("occurred_at", _instant(), nullable=False),
    Column("body", JSON, nullable=False, info=_PERSONAL),
    info={"record_class": RecordClass.MESSAGES},
)
Index("uq_journal_aggregate", journal.c.aggregate_id, journal.c.sequence, unique=True)

# How far the journal holds each aggregate; `held`: how many facts wait behind a gap.
aggregate = Table(
    "aggregate",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("last_sequence", Integer, nullable=False),
    Column("last_occurred_at", _instant()),
    Column("held", Integer, nullable=False, server_default=text("0")),
    postgresql_with={"fillfactor": "70"},
    info={"record_class": RecordClass.CLIENTS},
)

# Facts that came before an earlier one of their aggregate.
holding = Table(
    "holding",
    metadata,
    Column("aggregate_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", JSON, nullable=False, info=_PERSONAL),
    Column("held_at", _instant(), nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("aggregate_id", "sequence"),
    info={"record_class": RecordClass.MESSAGES},
)

# A text or marker of a thread. Its parts come from several aggregates when threads are merged or
# texts re-filed, in any order: `at` is null until the text itself is known.
thread_entry = Table(
    "thread_entry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid),
    Column("filed_at", _instant()),
    Column("at", _instant()),
    Column("kind", Text, nullable=False),
    Column("direction", Text),
    Column("author", Text),
    Column("staff_id", Uuid),
    Column("staff_name", Text, info=_PERSONAL),
    Column("number_from", Text, info=_PERSONAL),
    Column("number_to", Text, info=_PERSONAL),
    Column("body", Text, info=_PERSONAL),
    Column("received_at", _instant()),
    Column("state", Text),
    Column("state_rank", SmallInteger, nullable=False, server_default=text("-1")),
    Column("state_at", _instant()),
    Column("error_code", Text),
    Column("marker", Text),
    Column("details", JSONB, info=_PERSONAL),
    # States change and no index holds them, so that their updates stay in the page.
    postgresql_with={"fillfactor": "80"},
    info={"record_class": RecordClass.MESSAGES},
)
Index(
    "ix_thread_entry_thread",
    thread_entry.c.conversation_id,
    thread_entry.c.at,
    thread_entry.c.id,
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger),
    Column("file_name", Text, nullable=False, info=_PERSONAL),
    Column("object_key", Text),
    Column("problem", Text),
    Column("is_settled", Boolean, nullable=False),
    info={"record_class": RecordClass.ATTACHMENTS},
)
Index("ix_attachment_message_id", attachment.c.message_id)

# All of the absorbed thread stands in the survivor's, for ever.
absorption = Table(
    "absorption",
    metadata,
    Column("absorbed_id", Uuid, primary_key=True),
    Column("survivor_id", Uuid, nullable=False),
    Column("absorbed_sequence", Integer, nullable=False),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_absorption_survivor_id", absorption.c.survivor_id)
