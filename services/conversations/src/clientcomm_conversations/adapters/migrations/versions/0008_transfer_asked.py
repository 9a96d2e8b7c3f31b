"""Who asked for whose conversation, and when last (rule 2.4)."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE transfer_asked (
    conversation_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_of uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT pk_transfer_asked PRIMARY KEY (conversation_id, asked_by),
    CONSTRAINT fk_transfer_asked_conversation_id
        FOREIGN KEY (conversation_id) REFERENCES conversation (id),
    CONSTRAINT fk_transfer_asked_asked_by FOREIGN KEY (asked_by) REFERENCES staff (id),
    CONSTRAINT fk_transfer_asked_asked_of FOREIGN KEY (asked_of) REFERENCES staff (id)
);
"""


def upgrade() -> None:
    op.execute(TABLE)
