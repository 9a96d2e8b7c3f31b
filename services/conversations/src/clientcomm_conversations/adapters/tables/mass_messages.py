"""Mass messages and their frozen recipients."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from clientcomm_conversations.adapters.tables.columns import instant, metadata, own_id
from clientcomm_persistence import RecordClass

# `written`: messages made; `settled`: of these, no longer on their way to the carrier.
mass_message = Table(
    "mass_message",
    metadata,
    own_id(),
    Column("department_id", Uuid(), ForeignKey("department.id"), nullable=False),
    Column("staff_id", Uuid(), ForeignKey("staff.id"), nullable=False),
    Column("body", Text(), nullable=False),
    Column("segments", Integer(), nullable=False),
    Column("recipients", Integer(), nullable=False),
    Column("skipped", Integer(), nullable=False, server_default=text("0")),
    Column("written", Integer(), nullable=False, server_default=text("0")),
    Column("settled", Integer(), nullable=False, server_default=text("0")),
    Column("created_at", instant(), nullable=False),
    Column("starts_at", instant(), nullable=False),
    Column("not_after", instant()),
    Column("stopped_at", instant()),
    Column("stopped_by", Uuid(), ForeignKey("staff.id")),
    Column("released_at", instant()),
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    postgresql_with={"fillfactor": "50"},
    info={"record_class": RecordClass.MESSAGES},
)
Index("ix_mass_message_staff_id_created_at", mass_message.c.staff_id, mass_message.c.created_at)
Index(
    "ix_mass_message_department_id_created_at",
    mass_message.c.department_id,
    mass_message.c.created_at,
)
Index(
    "ix_mass_message_unreleased",
    mass_message.c.department_id,
    mass_message.c.id,
    postgresql_where=text("released_at IS NULL AND stopped_at IS NULL"),
)

mass_recipient = Table(
    "mass_recipient",
    metadata,
    own_id(),
    Column("mass_message_id", Uuid(), ForeignKey("mass_message.id"), nullable=False),
    Column("conversation_id", Uuid(), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("message_id", Uuid()),
    Column("skipped_code", Text()),
    info={"record_class": RecordClass.MESSAGES},
)
Index(
    "ix_mass_recipient_mass_message_id", mass_recipient.c.mass_message_id, mass_recipient.c.position
)
Index(
    "ix_mass_recipient_pending",
    mass_recipient.c.mass_message_id,
    mass_recipient.c.position,
    postgresql_where=text("message_id IS NULL AND skipped_code IS NULL"),
)
Index("ix_mass_recipient_conversation_id", mass_recipient.c.conversation_id)
