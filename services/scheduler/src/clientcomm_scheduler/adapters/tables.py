"""The tables of scheduler; `conversation`, `client` and `department` follow events."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Interval,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from clientcomm_persistence import RecordClass, service_metadata

metadata = service_metadata()


_PERSONAL = {"is_personal": True}

# What a person set: one text, or (from step 3 on) a recurring one, or an appointment's reminder.
schedule = Table(
    "schedule",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False, server_default="message"),
    Column("conversation_id", Uuid, nullable=False),
    Column("written_in", Uuid, nullable=False),
    Column("body", Text, nullable=False, info=_PERSONAL),
    # From step 3 on a template's id and its fields instead of a body (architecture §7).
    Column("template_id", Uuid),
    Column("template_fields", JSONB, info=_PERSONAL),
    Column("local_time", DateTime(timezone=False), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("follows_client", Boolean, nullable=False),
    Column("recurrence", Text),
    Column("recurs_until", Date),
    Column("appointment_id", Uuid),
    Column("tolerance", Interval),
    Column("by_staff_id", Uuid, nullable=False),
    Column("by_staff_name", Text, nullable=False, info=_PERSONAL),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("number", Integer, nullable=False),
    info={"record_class": RecordClass.MESSAGES},
)
Index("ix_schedule_conversation_id", schedule.c.conversation_id)
Index(
    "ix_schedule_appointment_id",
    schedule.c.appointment_id,
    postgresql_where=text("appointment_id IS NOT NULL"),
)

# One time at which a schedule falls due; its id goes with the hand-over.
occurrence = Table(
    "occurrence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("schedule_id", Uuid, ForeignKey("schedule.id", ondelete="CASCADE"), nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("local_time", DateTime(timezone=False), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("is_shifted", Boolean, nullable=False),
    Column("zone_data", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("refusal_code", Text),
    UniqueConstraint("schedule_id", "number"),
    info={"record_class": RecordClass.MESSAGES},
)
_waits = text("state = 'scheduled'")
Index("ix_occurrence_due_at", occurrence.c.due_at, occurrence.c.id, postgresql_where=_waits)
Index("ix_occurrence_waiting", occurrence.c.conversation_id, postgresql_where=_waits)
Index("ix_occurrence_zone_data", occurrence.c.zone_data, postgresql_where=_waits)

# `sequence` 0: only named by something else so far. The last three columns are scheduler's own.
conversation = Table(
    "conversation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False, server_default=text("0")),
    Column("department_id", Uuid),
    Column("client_id", Uuid),
    Column("assigned_to", Uuid),
    Column("state", Text),
    Column("closed_at", DateTime(timezone=True)),
    Column("merged_into", Uuid),
    Column("merged_at", DateTime(timezone=True)),
    Column("schedule_sequence", Integer, nullable=False, server_default=text("0")),
    Column("scheduled_count", Integer, nullable=False, server_default=text("0")),
    Column("next_scheduled_at", DateTime(timezone=True)),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_conversation_client_id", conversation.c.client_id)

client = Table(
    "client",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("time_zone", Text),
    Column("language", Text, nullable=False),
    Column("id_number", Text, info=_PERSONAL),
    Column("merged_into", Uuid),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_client_id_number", client.c.id_number, postgresql_where=text("id_number IS NOT NULL"))

department = Table(
    "department",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("quiet_starts", Time, nullable=False),
    Column("quiet_ends", Time, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    info={"record_class": RecordClass.SETTINGS},
)
