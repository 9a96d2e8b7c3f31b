"""Finds the numbers that the carrier called landlines (rule 2.3)."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE INDEX ix_message_landline ON message (number_to) WHERE error_code = '30006'
    """)
