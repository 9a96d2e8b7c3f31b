"""Quarantined texts are filed, and those to closed departments wait here (rules 2.7, 6.1)."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE quarantined_text
    ADD COLUMN tag text,
    ADD COLUMN closed_department_id uuid,
    ADD COLUMN filed_at timestamptz,
    ADD COLUMN filed_by uuid,
    ADD COLUMN filed_message_id uuid,
    ADD CONSTRAINT fk_quarantined_text_closed_department_id
        FOREIGN KEY (closed_department_id) REFERENCES department (id),
    ADD CONSTRAINT fk_quarantined_text_filed_by FOREIGN KEY (filed_by) REFERENCES staff (id);
"""


def upgrade() -> None:
    op.execute(COLUMNS)
