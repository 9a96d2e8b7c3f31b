"""When a conversation was told last that the office is closed (rule 2.10)."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE conversation ADD COLUMN last_closed_reply_at timestamptz")
