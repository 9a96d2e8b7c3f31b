"""How often an account ended, since what let people in before is void for ever (rule 1.6)."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE staff ADD COLUMN deactivations integer NOT NULL DEFAULT 0")
    op.execute("UPDATE staff SET deactivations = 1 WHERE NOT is_active")
