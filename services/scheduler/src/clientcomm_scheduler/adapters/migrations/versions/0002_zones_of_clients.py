"""A client without a zone of their own is in each department's; conversations keep none."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE conversation DROP COLUMN time_zone")
    op.execute("ALTER TABLE client ALTER COLUMN time_zone DROP NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE conversation ADD COLUMN time_zone TEXT")
    op.execute("""
        UPDATE client SET time_zone = (
            SELECT d.time_zone FROM conversation c JOIN department d ON d.id = c.department_id
            WHERE c.client_id = client.id ORDER BY c.id LIMIT 1)
        WHERE time_zone IS NULL
    """)
    op.execute("DELETE FROM client WHERE time_zone IS NULL")
    op.execute("ALTER TABLE client ALTER COLUMN time_zone SET NOT NULL")
