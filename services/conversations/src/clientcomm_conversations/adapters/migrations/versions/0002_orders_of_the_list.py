"""An index for each order and each narrow filter of the list, so that a page costs the same
in a department of 100 and of 100,000 conversations.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = """
CREATE INDEX ix_conversation_summary_unassigned
    ON conversation_summary (department_id, is_unread DESC,
        (coalesce(last_contact_at, '-infinity'::timestamptz)) DESC, conversation_id DESC)
    WHERE state = 'unassigned';
CREATE INDEX ix_conversation_summary_delivery_problem
    ON conversation_summary (department_id, is_unread DESC,
        (coalesce(last_contact_at, '-infinity'::timestamptz)) DESC, conversation_id DESC)
    WHERE has_delivery_problem;
CREATE INDEX ix_conversation_summary_last_contact
    ON conversation_summary (department_id,
        (coalesce(last_contact_at, '-infinity'::timestamptz)), conversation_id);
CREATE INDEX ix_conversation_summary_unread
    ON conversation_summary (department_id, unread_count,
        (coalesce(last_contact_at, '-infinity'::timestamptz)), conversation_id);
CREATE INDEX ix_conversation_summary_scheduled
    ON conversation_summary (department_id, scheduled_count, conversation_id);
CREATE INDEX ix_conversation_summary_next_appointment
    ON conversation_summary (department_id,
        (coalesce(next_appointment_at, 'infinity'::timestamptz)), conversation_id);
CREATE INDEX ix_conversation_summary_last_appointment
    ON conversation_summary (department_id,
        (coalesce(next_appointment_at, '-infinity'::timestamptz)), conversation_id);
CREATE INDEX ix_conversation_summary_language
    ON conversation_summary (department_id, language);
CREATE INDEX ix_conversation_summary_status_id
    ON conversation_summary (status_id) WHERE status_id IS NOT NULL;
CREATE INDEX ix_conversation_summary_category_id
    ON conversation_summary (category_id) WHERE category_id IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(INDEXES)
