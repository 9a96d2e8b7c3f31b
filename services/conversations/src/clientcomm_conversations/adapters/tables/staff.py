"""Staff, the roles that they hold, and who covers for whom."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
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

staff = Table(
    "staff",
    metadata,
    own_id(),
    Column("full_name", Text(), nullable=False),
    Column("email", Text(), nullable=False),
    Column("desk_phone", Text()),
    Column("language", Text(), nullable=False, server_default="en"),
    Column("is_active", Boolean(), nullable=False, server_default=text("true")),
    Column("settings", JSONB(), nullable=False, server_default=text("'{}'::jsonb")),
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    Column("created_at", instant(), nullable=False),
    # The last time; it stays when the account begins again.
    Column("deactivated_at", instant()),
    Column("deactivations", Integer(), nullable=False, server_default=text("0")),
    info={"record_class": RecordClass.STAFF},
)
Index("uq_staff_email", text("lower(email)"), unique=True, _table=staff)

staff_role = Table(
    "staff_role",
    metadata,
    own_id(),
    Column("staff_id", Uuid(), ForeignKey("staff.id"), nullable=False),
    Column("role", Text(), nullable=False),
    Column("department_id", Uuid(), ForeignKey("department.id")),
    Column("since", instant(), nullable=False),
    info={"record_class": RecordClass.STAFF},
)
# A role in no department is held in the whole organisation (rule 1.1); each once.
Index(
    "uq_staff_role_in_department",
    staff_role.c.staff_id,
    staff_role.c.role,
    staff_role.c.department_id,
    unique=True,
    postgresql_where=text("department_id IS NOT NULL"),
)
Index(
    "uq_staff_role_in_organisation",
    staff_role.c.staff_id,
    staff_role.c.role,
    unique=True,
    postgresql_where=text("department_id IS NULL"),
)
Index("ix_staff_role_department_id", staff_role.c.department_id)

coverage = Table(
    "coverage",
    metadata,
    own_id(),
    Column("staff_id", Uuid(), ForeignKey("staff.id"), nullable=False),
    Column("covered_by", Uuid(), ForeignKey("staff.id"), nullable=False),
    Column("since", instant(), nullable=False),
    Column("until", instant(), nullable=False),
    Column("away_reply", Text()),
    Column("ended_at", instant()),
    CheckConstraint("staff_id <> covered_by", name="by_someone_else"),
    CheckConstraint("until > since", name="ends_after_it_begins"),
    info={"record_class": RecordClass.STAFF},
)
Index("ix_coverage_staff_id_until", coverage.c.staff_id, coverage.c.until)
Index("ix_coverage_covered_by_until", coverage.c.covered_by, coverage.c.until)
