"""The first tables: accounts, sessions, tokens, and the audit log in a schema of its own."""

from alembic import op

from clientcomm_persistence import create_reliable_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PEOPLE = """
CREATE TABLE account (
    staff_id uuid NOT NULL,
    email text NOT NULL,
    full_name text NOT NULL,
    language text NOT NULL,
    chosen_language text,
    is_active boolean NOT NULL,
    roles jsonb NOT NULL,
    sequence integer NOT NULL,
    password_hash text,
    password_changed_at timestamptz,
    CONSTRAINT pk_account PRIMARY KEY (staff_id)
);
CREATE INDEX ix_account_email ON account (lower(email));

CREATE TABLE session (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    began_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text NOT NULL,
    agent text NOT NULL,
    CONSTRAINT pk_session PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_session_token_hash ON session (token_hash);
CREATE INDEX ix_session_staff_id ON session (staff_id) WHERE ended_at IS NULL;
CREATE INDEX ix_session_last_seen_at ON session (last_seen_at);

CREATE TABLE known_device (
    device_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT pk_known_device PRIMARY KEY (device_hash, staff_id)
);

CREATE TABLE sign_in_attempt (
    key bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (key)
);
CREATE INDEX ix_sign_in_attempt_last_at ON sign_in_attempt (last_at);

CREATE TABLE api_token (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    title text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pk_api_token PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_api_token_token_hash ON api_token (token_hash);
CREATE INDEX ix_api_token_staff_id ON api_token (staff_id) WHERE ended_at IS NULL;

CREATE TABLE transcript_export (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    format text NOT NULL,
    since timestamptz,
    until timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_transcript_export PRIMARY KEY (id)
);
"""

AUDIT = """
CREATE SCHEMA audit;
CREATE TABLE audit.entry (
    position bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    deed text NOT NULL,
    staff_id uuid,
    token_id uuid,
    subject_ids uuid[] NOT NULL,
    address text NOT NULL,
    correlation_id text,
    details jsonb NOT NULL,
    CONSTRAINT pk_entry PRIMARY KEY (position)
);
CREATE INDEX ix_entry_at ON audit.entry (at);
CREATE INDEX ix_entry_staff_id ON audit.entry (staff_id, at);
CREATE INDEX ix_entry_subject_ids ON audit.entry USING gin (subject_ids);
"""


def upgrade() -> None:
    create_reliable_tables()
    op.execute(PEOPLE)
    op.execute(AUDIT)
