"""A caseload by name, read in order however long it is (rule 2.13)."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_conversation_summary_assigned_name"
        " ON conversation_summary (assigned_to, sort_name, conversation_id)"
    )
