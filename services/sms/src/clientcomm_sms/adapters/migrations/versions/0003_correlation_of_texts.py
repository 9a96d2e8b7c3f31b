"""A text keeps what connects it with the click behind it, to the carrier and back."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE outgoing_text ADD COLUMN correlation_id TEXT")


def downgrade() -> None:
    op.execute("ALTER TABLE outgoing_text DROP COLUMN correlation_id")
