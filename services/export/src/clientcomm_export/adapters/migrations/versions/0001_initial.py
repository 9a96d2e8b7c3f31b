"""The first tables: the journal, what waits behind gaps, and the threads of transcripts."""

from alembic import op

from clientcomm_persistence.migrations import create_reliable_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE absorption (
    absorbed_id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    absorbed_sequence integer NOT NULL,
    CONSTRAINT pk_absorption PRIMARY KEY (absorbed_id)
);
CREATE INDEX ix_absorption_survivor_id ON absorption (survivor_id);

CREATE TABLE aggregate (
    id uuid NOT NULL,
    last_sequence integer NOT NULL,
    last_occurred_at timestamptz,
    held integer DEFAULT 0 NOT NULL,
    CONSTRAINT pk_aggregate PRIMARY KEY (id)
)
 WITH (fillfactor = 70);

CREATE TABLE attachment (
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint,
    file_name text NOT NULL,
    object_key text,
    problem text,
    is_settled boolean NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (id)
);
CREATE INDEX ix_attachment_message_id ON attachment (message_id);

CREATE TABLE holding (
    aggregate_id uuid NOT NULL,
    sequence integer NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    body json NOT NULL,
    held_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_holding PRIMARY KEY (aggregate_id, sequence)
);

CREATE TABLE journal (
    position bigint NOT NULL,
    aggregate_id uuid NOT NULL,
    sequence integer NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    occurred_at timestamptz NOT NULL,
    body json NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (position)
);
CREATE UNIQUE INDEX uq_journal_aggregate ON journal (aggregate_id, sequence);

CREATE TABLE journal_state (
    is_only_row boolean DEFAULT true NOT NULL,
    epoch uuid DEFAULT gen_random_uuid() NOT NULL,
    last_position bigint DEFAULT 0 NOT NULL,
    CONSTRAINT pk_journal_state PRIMARY KEY (is_only_row),
    CONSTRAINT ck_journal_state_only_row CHECK (is_only_row)
);

CREATE TABLE thread_entry (
    id uuid NOT NULL,
    conversation_id uuid,
    filed_at timestamptz,
    at timestamptz,
    kind text NOT NULL,
    direction text,
    author text,
    staff_id uuid,
    staff_name text,
    number_from text,
    number_to text,
    body text,
    received_at timestamptz,
    state text,
    state_rank smallint DEFAULT -1 NOT NULL,
    state_at timestamptz,
    error_code text,
    marker text,
    details jsonb,
    CONSTRAINT pk_thread_entry PRIMARY KEY (id)
)
 WITH (fillfactor = 80);
CREATE INDEX ix_thread_entry_thread ON thread_entry (conversation_id, at, id);

INSERT INTO journal_state DEFAULT VALUES;
"""


def upgrade() -> None:
    op.execute(TABLES)
    create_reliable_tables()
