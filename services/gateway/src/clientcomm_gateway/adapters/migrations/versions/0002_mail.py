"""E-mails to staff, and the one-time links that some of them carry."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MAIL = """
CREATE TABLE mail (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    department_id uuid,
    conversation_id uuid,
    details jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    next_at timestamptz,
    sent_at timestamptz,
    given_up_because text,
    CONSTRAINT pk_mail PRIMARY KEY (id)
);
CREATE INDEX ix_mail_next_at ON mail (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ix_mail_created_at ON mail (created_at);

CREATE TABLE one_time_link (
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_one_time_link PRIMARY KEY (token_hash)
);
CREATE INDEX ix_one_time_link_staff_id ON one_time_link (staff_id, kind);
CREATE INDEX ix_one_time_link_expires_at ON one_time_link (expires_at);
"""


def upgrade() -> None:
    op.execute(MAIL)
