"""Texts, their attachments, markers between them, and texts that no department can be found for."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from clientcomm_conversations.adapters.tables.columns import instant, metadata, own_id
from clientcomm_persistence import RecordClass

# `at` is what the thread sorts by: time of writing, inbound the time of arrival (rule 3.4).
# No index holds a column that a delivery report changes (heap-only tuples).
message = Table(
    "message",
    metadata,
    own_id(),
    Column("conversation_id", Uuid(), ForeignKey("conversation.id"), nullable=False),
    Column("department_id", Uuid(), nullable=False),
    Column("direction", Text(), nullable=False),
    Column("author", Text(), nullable=False),
    Column("staff_id", Uuid()),
    Column("lane", Text()),
    Column("position", Integer()),
    Column("body", Text(), nullable=False),
    Column("state", Text(), nullable=False),
    # Of the last report from sms that was applied.
    Column("version", Integer(), nullable=False, server_default=text("0")),
    Column("segments", Integer(), nullable=False),
    Column("number_from", Text(), nullable=False),
    Column("number_to", Text(), nullable=False),
    Column("at", instant(), nullable=False),
    Column("written_at", instant(), nullable=False),
    Column("received_at", instant()),
    Column("sent_at", instant()),
    Column("delivered_at", instant()),
    Column("not_after", instant()),
    Column("error_code", Text()),
    Column("tag", Text()),
    Column("tag_answer", Text()),
    Column("tag_answered_by", Uuid()),
    Column("tag_answered_at", instant()),
    Column("from_former_number", Boolean(), nullable=False, server_default=text("false")),
    Column("occurrence_id", Uuid()),
    Column("mass_message_id", Uuid()),
    Column("resend_of", Uuid()),
    Column("inbound_id", Uuid()),
    Column("refiled_from", Uuid()),
    Column("has_no_receipt", Boolean(), nullable=False, server_default=text("false")),
    postgresql_with={"fillfactor": "85", "autovacuum_vacuum_scale_factor": "0.02"},
    info={"record_class": RecordClass.MESSAGES},
)
Index(
    "ix_message_conversation_id_at",
    message.c.conversation_id,
    message.c.at.desc(),
    message.c.id.desc(),
)
Index(
    "uq_message_inbound_id",
    message.c.inbound_id,
    unique=True,
    postgresql_where=text("inbound_id IS NOT NULL"),
)
Index(
    "uq_message_occurrence_id",
    message.c.occurrence_id,
    unique=True,
    postgresql_where=text("occurrence_id IS NOT NULL"),
)
Index(
    "ix_message_mass_message_id",
    message.c.mass_message_id,
    postgresql_where=text("mass_message_id IS NOT NULL"),
)
# Which numbers the carrier called landlines (rule 2.3).
Index(
    "ix_message_landline",
    message.c.number_to,
    postgresql_where=text("error_code = '30006'"),
)
Index("ix_message_resend_of", message.c.resend_of, postgresql_where=text("resend_of IS NOT NULL"))

# Inbound: the id is the one that sms gave, and the row may come before its text. Outbound: made
# by an upload, without a message until it is sent.
attachment = Table(
    "attachment",
    metadata,
    own_id(),
    Column("message_id", Uuid(), ForeignKey("message.id")),
    Column("inbound_id", Uuid()),
    Column("department_id", Uuid()),
    Column("uploaded_by", Uuid(), ForeignKey("staff.id")),
    Column("position", Integer(), nullable=False, server_default=text("0")),
    Column("content_type", Text(), nullable=False),
    Column("size_bytes", BigInteger()),
    Column("file_name", Text(), nullable=False, server_default=""),
    Column("object_key", Text()),
    Column("problem", Text()),
    Column("created_at", instant(), nullable=False),
    info={"record_class": RecordClass.ATTACHMENTS},
)
Index("ix_attachment_message_id", attachment.c.message_id, attachment.c.position)

marker = Table(
    "marker",
    metadata,
    own_id(),
    Column("conversation_id", Uuid(), ForeignKey("conversation.id"), nullable=False),
    Column("department_id", Uuid(), nullable=False),
    Column("at", instant(), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("by_staff_id", Uuid()),
    Column("details", JSONB(), nullable=False, server_default=text("'{}'::jsonb")),
    info={"record_class": RecordClass.MESSAGES},
)
Index(
    "ix_marker_conversation_id_at", marker.c.conversation_id, marker.c.at.desc(), marker.c.id.desc()
)

quarantined_text = Table(
    "quarantined_text",
    metadata,
    own_id(),
    Column("inbound_id", Uuid(), nullable=False, unique=True),
    Column("number_from", Text(), nullable=False),
    Column("number_to", Text(), nullable=False),
    Column("body", Text(), nullable=False),
    Column("received_at", instant(), nullable=False),
    Column("media", JSONB(), nullable=False, server_default=text("'[]'::jsonb")),
    Column("carrier_id", Text(), nullable=False),
    Column("assigned_to_department_id", Uuid(), ForeignKey("department.id")),
    Column("assigned_by", Uuid(), ForeignKey("staff.id")),
    Column("assigned_at", instant()),
    Column("tag", Text()),
    # The closed department that the number texted belongs to; None: nobody ever had it.
    Column("closed_department_id", Uuid(), ForeignKey("department.id")),
    Column("filed_at", instant()),
    Column("filed_by", Uuid(), ForeignKey("staff.id")),
    Column("filed_message_id", Uuid()),
    info={"record_class": RecordClass.MESSAGES},
)
Index("ix_quarantined_text_received_at", quarantined_text.c.received_at)
