"""The organisation, its departments, their dated numbers and their lists."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
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

organisation = Table(
    "organisation",
    metadata,
    own_id(),
    Column("name", Text(), nullable=False),
    Column("default_region", Text(), nullable=False, server_default="US"),
    Column("settings", JSONB(), nullable=False, server_default=text("'{}'::jsonb")),
    Column("created_at", instant(), nullable=False),
    info={"record_class": RecordClass.SETTINGS},
)

department = Table(
    "department",
    metadata,
    own_id(),
    Column("name", Text(), nullable=False),
    Column("time_zone", Text(), nullable=False),
    Column("settings", JSONB(), nullable=False, server_default=text("'{}'::jsonb")),
    Column("segments_per_second", Double(), nullable=False, server_default=text("1")),
    Column("fallback_phone", Text()),
    Column("is_closed", Boolean(), nullable=False, server_default=text("false")),
    Column("bulk_paced_until", instant()),
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    Column("created_at", instant(), nullable=False),
    CheckConstraint("segments_per_second > 0", name="rate_is_positive"),
    info={"record_class": RecordClass.SETTINGS},
)
Index("uq_department_name", text("lower(name)"), unique=True, _table=department)

department_number = Table(
    "department_number",
    metadata,
    own_id(),
    Column("department_id", Uuid(), ForeignKey("department.id"), nullable=False),
    Column("value", Text(), nullable=False),
    Column("label", Text(), nullable=False, server_default=""),
    Column("since", instant(), nullable=False),
    Column("until", instant()),
    info={"record_class": RecordClass.SETTINGS},
)
Index("ix_department_number_department_id", department_number.c.department_id)
# A number keeps receiving for its department after a change (rule 2.3), so it has one owner ever.
Index("uq_department_number_value", department_number.c.value, unique=True)
Index(
    "uq_department_number_current",
    department_number.c.department_id,
    unique=True,
    postgresql_where=text("until IS NULL"),
)


def _list_table(name: str, *own: Column[object]) -> Table:
    """One of a department's own lists: a name, its place, and whether it is still offered."""
    table = Table(
        name,
        metadata,
        own_id(),
        Column("department_id", Uuid(), ForeignKey("department.id"), nullable=False),
        Column("name", Text(), nullable=False),
        Column("place", Integer(), nullable=False, server_default=text("0")),
        Column("is_offered", Boolean(), nullable=False, server_default=text("true")),
        *own,
        info={"record_class": RecordClass.SETTINGS},
    )
    Index(f"uq_{name}_department_id_name", table.c.department_id, text("lower(name)"), unique=True)
    return table


status = _list_table(
    "status",
    Column("colour", Text(), nullable=False, server_default=""),
    Column("follow_up_days", Integer()),
)
category = _list_table("category", Column("colour", Text(), nullable=False, server_default=""))
outcome = _list_table(
    "outcome", Column("is_default", Boolean(), nullable=False, server_default=text("false"))
)
