"""Conversations, who was assigned to them when, and the narrow table that lists read."""

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

# Written with every text; no index holds a column that a text changes, so that its updates stay
# in the page (heap-only tuples).
conversation = Table(
    "conversation",
    metadata,
    own_id(),
    Column("department_id", Uuid(), ForeignKey("department.id"), nullable=False),
    Column("client_id", Uuid(), ForeignKey("client.id")),
    Column("sender", Text()),
    Column("assigned_to", Uuid(), ForeignKey("staff.id")),
    Column("last_assigned_to", Uuid(), ForeignKey("staff.id")),
    Column("state", Text(), nullable=False),
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    Column("reply_position", Integer(), nullable=False, server_default=text("0")),
    Column("automatic_position", Integer(), nullable=False, server_default=text("0")),
    Column("bulk_position", Integer(), nullable=False, server_default=text("0")),
    # The read position (rule 3.10): the last inbound text that counts as read.
    Column("read_up_to", instant()),
    Column("read_up_to_id", Uuid()),
    # What a reply goes to (rule 2.3a).
    Column("last_inbound_number", Text()),
    Column("last_inbound_was_former", Boolean(), nullable=False, server_default=text("false")),
    Column("last_away_reply_at", instant()),
    # Up to which text unread ones were brought to notice (rule 2.10).
    Column("escalated_at", instant()),
    Column("notes", Text(), nullable=False, server_default=""),
    Column("status_id", Uuid(), ForeignKey("status.id")),
    Column("category_id", Uuid(), ForeignKey("category.id")),
    Column("own_fields", JSONB(), nullable=False, server_default=text("'{}'::jsonb")),
    Column("consent_how", Text()),
    Column("consent_by", Uuid(), ForeignKey("staff.id")),
    Column("consent_at", instant()),
    Column("opened_at", instant(), nullable=False),
    Column("closed_at", instant()),
    Column("closed_by", Uuid(), ForeignKey("staff.id")),
    Column("outcome_id", Uuid(), ForeignKey("outcome.id")),
    Column("merged_into", Uuid(), ForeignKey("conversation.id")),
    Column("last_closed_reply_at", instant()),
    CheckConstraint("client_id IS NOT NULL OR sender IS NOT NULL", name="has_someone"),
    CheckConstraint("state <> 'open' OR assigned_to IS NOT NULL", name="open_is_assigned"),
    # A closed one stays its last case manager's to read (rule 2.11).
    CheckConstraint("state <> 'unassigned' OR assigned_to IS NULL", name="inbox_is_nobodys"),
    postgresql_with={"fillfactor": "75", "autovacuum_vacuum_scale_factor": "0.05"},
    info={"record_class": RecordClass.CLIENTS},
)
Index(
    "uq_conversation_client",
    conversation.c.department_id,
    conversation.c.client_id,
    unique=True,
    postgresql_where=text("merged_into IS NULL AND client_id IS NOT NULL"),
)
Index(
    "uq_conversation_sender",
    conversation.c.department_id,
    conversation.c.sender,
    unique=True,
    postgresql_where=text("merged_into IS NULL AND client_id IS NULL"),
)
Index("ix_conversation_client_id", conversation.c.client_id)
Index(
    "ix_conversation_assigned_to",
    conversation.c.assigned_to,
    postgresql_where=text("assigned_to IS NOT NULL"),
)
Index(
    "ix_conversation_merged_into",
    conversation.c.merged_into,
    postgresql_where=text("merged_into IS NOT NULL"),
)

assignment = Table(
    "assignment",
    metadata,
    own_id(),
    Column("conversation_id", Uuid(), ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Uuid(), ForeignKey("staff.id")),
    Column("since", instant(), nullable=False),
    Column("until", instant()),
    Column("by_staff_id", Uuid(), ForeignKey("staff.id")),
    # From when the receiver sees the thread; None: all of it (rule 2.9).
    Column("visible_from", instant()),
    Column("note", Text(), nullable=False, server_default=""),
    info={"record_class": RecordClass.CLIENTS},
)
Index("ix_assignment_conversation_id_since", assignment.c.conversation_id, assignment.c.since)
Index("ix_assignment_staff_id_since", assignment.c.staff_id, assignment.c.since)
Index(
    "uq_assignment_current",
    assignment.c.conversation_id,
    unique=True,
    postgresql_where=text("until IS NULL"),
)

# One row per conversation that was not merged into another, kept in the transactions that change
# what it shows. `delivery_problem_at`: when the latest failed text was written.
conversation_summary = Table(
    "conversation_summary",
    metadata,
    Column("conversation_id", Uuid(), ForeignKey("conversation.id"), primary_key=True),
    Column("department_id", Uuid(), nullable=False),
    Column("assigned_to", Uuid()),
    Column("state", Text(), nullable=False),
    Column("client_id", Uuid()),
    Column("first_name", Text(), nullable=False, server_default=""),
    Column("last_name", Text(), nullable=False, server_default=""),
    Column("sort_name", Text(), nullable=False, server_default=""),
    Column("sender", Text()),
    Column("primary_number", Text()),
    Column("id_number", Text()),
    Column("language", Text()),
    Column("status_id", Uuid()),
    Column("category_id", Uuid()),
    # The status' place in its department's list, kept by triggers; who has none stands last.
    Column("status_order", Integer(), nullable=False, server_default=text("32767")),
    Column("unread_count", Integer(), nullable=False, server_default=text("0")),
    Column("is_unread", Boolean(), nullable=False, server_default=text("false")),
    Column("has_delivery_problem", Boolean(), nullable=False, server_default=text("false")),
    Column("delivery_problem_at", instant()),
    Column("last_contact_at", instant()),
    Column("last_text", Text(), nullable=False, server_default=""),
    Column("last_text_direction", Text()),
    Column("last_text_at", instant()),
    Column("last_inbound_at", instant()),
    Column("next_appointment_at", instant()),
    Column("scheduled_count", Integer(), nullable=False, server_default=text("0")),
    Column("schedule_version", Integer(), nullable=False, server_default=text("0")),
    Column("is_opted_out", Boolean(), nullable=False, server_default=text("false")),
    Column("search_text", Text(), nullable=False, server_default=""),
    postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.05"},
    info={"record_class": RecordClass.CLIENTS},
)
_summary = conversation_summary.c
# What every list begins with: unread first, then last contact, newest first. A conversation
# without any contact sorts last: its instant is made the oldest.
LAST_CONTACT_OR_NEVER = "coalesce(last_contact_at, '-infinity'::timestamptz)"
# Without an appointment a conversation stands at the end, whichever way the list is turned.
APPOINTMENT_OR_LAST = "coalesce(next_appointment_at, 'infinity'::timestamptz)"
APPOINTMENT_OR_FIRST = "coalesce(next_appointment_at, '-infinity'::timestamptz)"
Index(
    "ix_conversation_summary_assigned_default",
    _summary.assigned_to,
    _summary.is_unread.desc(),
    text(f"({LAST_CONTACT_OR_NEVER}) DESC"),
    _summary.conversation_id.desc(),
)
Index(
    "ix_conversation_summary_department_default",
    _summary.department_id,
    _summary.is_unread.desc(),
    text(f"({LAST_CONTACT_OR_NEVER}) DESC"),
    _summary.conversation_id.desc(),
)
Index(
    "ix_conversation_summary_department_name",
    _summary.department_id,
    _summary.sort_name,
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_assigned_name",
    _summary.assigned_to,
    _summary.sort_name,
    _summary.conversation_id,
)
# One for each other order of a department's list, and for what is rare among many.
_BY_DEFAULT = (
    _summary.department_id,
    _summary.is_unread.desc(),
    text(f"({LAST_CONTACT_OR_NEVER}) DESC"),
    _summary.conversation_id.desc(),
)
Index(
    "ix_conversation_summary_unassigned",
    *_BY_DEFAULT,
    postgresql_where=text("state = 'unassigned'"),
)
Index(
    "ix_conversation_summary_blocked",
    _summary.department_id,
    postgresql_where=text("state = 'blocked'"),
)
Index(
    "ix_conversation_summary_delivery_problem",
    *_BY_DEFAULT,
    postgresql_where=text("has_delivery_problem"),
)
Index(
    "ix_conversation_summary_last_contact",
    _summary.department_id,
    text(f"({LAST_CONTACT_OR_NEVER})"),
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_unread",
    _summary.department_id,
    _summary.unread_count,
    text(f"({LAST_CONTACT_OR_NEVER})"),
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_scheduled",
    _summary.department_id,
    _summary.scheduled_count,
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_status_order",
    _summary.department_id,
    _summary.status_order,
    _summary.sort_name,
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_problem",
    _summary.department_id,
    _summary.has_delivery_problem,
    text(f"({LAST_CONTACT_OR_NEVER})"),
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_next_appointment",
    _summary.department_id,
    text(f"({APPOINTMENT_OR_LAST})"),
    _summary.conversation_id,
)
Index(
    "ix_conversation_summary_last_appointment",
    _summary.department_id,
    text(f"({APPOINTMENT_OR_FIRST})"),
    _summary.conversation_id,
)
# For the counts beside the lists and in the page's title.
Index(
    "ix_conversation_summary_unread_of_department",
    _summary.department_id,
    _summary.state,
    postgresql_where=text("is_unread"),
)
Index(
    "ix_conversation_summary_unread_of_staff",
    _summary.assigned_to,
    _summary.department_id,
    _summary.state,
    postgresql_where=text("is_unread"),
)
Index("ix_conversation_summary_language", _summary.department_id, _summary.language)
Index(
    "ix_conversation_summary_status_id",
    _summary.status_id,
    postgresql_where=text("status_id IS NOT NULL"),
)
Index(
    "ix_conversation_summary_category_id",
    _summary.category_id,
    postgresql_where=text("category_id IS NOT NULL"),
)

# A copy of the column that names are searched by, kept by a trigger: an entry in a trigram index
# costs many times an ordinary one, and texts write all indexes of the summary.
conversation_search = Table(
    "conversation_search",
    metadata,
    Column(
        "conversation_id",
        Uuid(),
        ForeignKey("conversation_summary.conversation_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("search_text", Text(), nullable=False),
    info={"record_class": RecordClass.CLIENTS},
)
Index(
    "ix_conversation_search_search_text",
    conversation_search.c.search_text,
    postgresql_using="gin",
    postgresql_ops={"search_text": "gin_trgm_ops"},
    # Collected entries would be merged in by an unlucky text's transaction.
    postgresql_with={"fastupdate": "off"},
)
