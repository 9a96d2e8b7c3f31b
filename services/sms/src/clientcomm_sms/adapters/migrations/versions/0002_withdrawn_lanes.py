"""A withdrawn conversation stays withdrawn for texts that were written before and come later."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE withdrawn_lane (
            conversation_id UUID NOT NULL,
            lane SMALLINT NOT NULL,
            withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT pk_withdrawn_lane PRIMARY KEY (conversation_id, lane)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE withdrawn_lane")
