"""Counts of unread conversations are read from an index alone."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = """
CREATE INDEX ix_conversation_summary_unread_of_department
    ON conversation_summary (department_id, state) WHERE is_unread;
CREATE INDEX ix_conversation_summary_unread_of_staff
    ON conversation_summary (assigned_to, department_id, state) WHERE is_unread;
"""


def upgrade() -> None:
    op.execute(INDEXES)
