"""Clients of the organisation and their numbers as dated facts."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from clientcomm_conversations.adapters.tables.columns import instant, metadata, own_id
from clientcomm_persistence import RecordClass

client = Table(
    "client",
    metadata,
    own_id(),
    Column("first_name", Text(), nullable=False, server_default=""),
    Column("last_name", Text(), nullable=False),
    Column("language", Text(), nullable=False, server_default="en"),
    # None: each department sees the client in its own (rule 2.1).
    Column("time_zone", Text()),
    Column("added_in_department_id", Uuid(), ForeignKey("department.id"), nullable=False),
    Column("id_number", Text()),
    Column("merged_into", Uuid(), ForeignKey("client.id")),
    Column("is_on_legal_hold", Boolean(), nullable=False, server_default=text("false")),
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    Column("created_at", instant(), nullable=False),
    Column("created_by", Uuid(), ForeignKey("staff.id")),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_client_id_number", client.c.id_number, postgresql_where=text("id_number IS NOT NULL"))
Index(
    "ix_client_merged_into", client.c.merged_into, postgresql_where=text("merged_into IS NOT NULL")
)

client_number = Table(
    "client_number",
    metadata,
    own_id(),
    Column("client_id", Uuid(), ForeignKey("client.id"), nullable=False),
    Column("value", Text(), nullable=False),
    Column("label", Text(), nullable=False, server_default=""),
    Column("since", instant(), nullable=False),
    Column("until", instant()),
    Column("how", Text(), nullable=False, server_default=""),
    Column("is_primary", Boolean(), nullable=False, server_default=text("false")),
    Column("is_wrong", Boolean(), nullable=False, server_default=text("false")),
    Column("added_by", Uuid(), ForeignKey("staff.id")),
    Column("closed_by", Uuid(), ForeignKey("staff.id")),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_client_number_value_until", client_number.c.value, client_number.c.until)
Index("ix_client_number_client_id", client_number.c.client_id)
Index(
    "uq_client_number_current",
    client_number.c.client_id,
    client_number.c.value,
    unique=True,
    postgresql_where=text("until IS NULL"),
)
Index(
    "uq_client_number_primary",
    client_number.c.client_id,
    unique=True,
    postgresql_where=text("is_primary AND until IS NULL"),
)
