"""Of how many ends of an account its credentials know (rule 1.6)."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN deactivations integer NOT NULL DEFAULT 0")
    op.execute("UPDATE account SET deactivations = 1 WHERE NOT is_active")
