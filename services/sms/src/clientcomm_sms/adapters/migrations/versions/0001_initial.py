"""The first tables: send queue, attempts, receipts, inbound texts, block list, directory, gate."""

from alembic import op

from clientcomm_persistence import create_reliable_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "outbox", "inbox", "idempotency", "parked",
    "department",
    "department_number",
    "staff",
    "client",
    "client_number",
    "conversation",
    "gate",
    "listing_cursor",
    "outgoing_text",
    "number_bucket",
    "number_health",
    "attempt",
    "callback_log",
    "withdrawn_text",
    "stray_text",
    "webhook_request",
    "inbound_text",
    "inbound_media",
    "received_call",
    "opt_out",
    "opt_out_change",
)  # fmt: skip

DIRECTORY = """
CREATE TABLE department (
    id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    fallback_phone TEXT,
    segments_per_second DOUBLE PRECISION NOT NULL,
    is_closed BOOLEAN NOT NULL,
    CONSTRAINT pk_department PRIMARY KEY (id)
);

CREATE TABLE department_number (
    id UUID NOT NULL,
    department_id UUID NOT NULL,
    value TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_department_number PRIMARY KEY (id)
);
CREATE INDEX ix_department_number_department_id ON department_number (department_id);
CREATE INDEX ix_department_number_value ON department_number (value);

CREATE TABLE staff (
    id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    desk_phone TEXT,
    is_active BOOLEAN NOT NULL,
    is_administrator BOOLEAN NOT NULL,
    is_supervisor BOOLEAN NOT NULL,
    CONSTRAINT pk_staff PRIMARY KEY (id)
);

CREATE TABLE client (
    id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    merged_into UUID,
    CONSTRAINT pk_client PRIMARY KEY (id)
);

CREATE TABLE client_number (
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    value TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_client_number PRIMARY KEY (id)
);
CREATE INDEX ix_client_number_client_id ON client_number (client_id);
CREATE INDEX ix_client_number_value ON client_number (value);

CREATE TABLE conversation (
    id UUID NOT NULL,
    sequence INTEGER NOT NULL,
    department_id UUID NOT NULL,
    client_id UUID,
    sender TEXT,
    state TEXT NOT NULL,
    assigned_to UUID,
    merged_into UUID,
    CONSTRAINT pk_conversation PRIMARY KEY (id)
);
CREATE INDEX ix_conversation_client_id ON conversation (client_id);
CREATE INDEX ix_conversation_sender ON conversation (sender) WHERE sender is not null;

CREATE TABLE gate (
    id SERIAL NOT NULL,
    is_open BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    system_identifier BIGINT,
    timeline INTEGER,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    compared_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_gate PRIMARY KEY (id)
);

CREATE TABLE listing_cursor (
    name TEXT NOT NULL,
    listed_until TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_listing_cursor PRIMARY KEY (name)
);

"""

QUEUE = """
CREATE TABLE outgoing_text (
    message_id UUID NOT NULL,
    arrival BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id UUID NOT NULL,
    department_id UUID NOT NULL,
    lane SMALLINT NOT NULL,
    position INTEGER NOT NULL,
    number_from TEXT NOT NULL,
    number_to TEXT NOT NULL,
    body TEXT NOT NULL,
    segments INTEGER NOT NULL,
    media_keys TEXT[] DEFAULT '{}' NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    arrived_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    not_after TIMESTAMP WITH TIME ZONE,
    quiet_starts TIME WITHOUT TIME ZONE,
    quiet_ends TIME WITHOUT TIME ZONE,
    quiet_zone TEXT,
    state TEXT NOT NULL,
    reported TEXT NOT NULL,
    version INTEGER NOT NULL,
    error_code TEXT,
    tries INTEGER DEFAULT '0' NOT NULL,
    polls INTEGER DEFAULT '0' NOT NULL,
    uncertain_since TIMESTAMP WITH TIME ZONE,
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    look_at TIMESTAMP WITH TIME ZONE,
    lease_until TIMESTAMP WITH TIME ZONE,
    token UUID,
    sid TEXT,
    sent_at TIMESTAMP WITH TIME ZONE,
    blanked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_outgoing_text PRIMARY KEY (message_id)
)
 WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX ix_outgoing_text_lane ON outgoing_text (conversation_id, lane, position);
CREATE INDEX ix_outgoing_text_lease ON outgoing_text (lease_until) WHERE state = 'sending';
CREATE INDEX ix_outgoing_text_look ON outgoing_text (look_at) WHERE look_at is not null;
CREATE INDEX ix_outgoing_text_queue ON outgoing_text (number_from, lane, arrival)
    WHERE state = 'queued';
CREATE INDEX ix_outgoing_text_unknown ON outgoing_text (number_from) WHERE state = 'unknown';

CREATE TABLE number_bucket (
    number TEXT NOT NULL,
    department_id UUID,
    segments_per_second DOUBLE PRECISION DEFAULT '1' NOT NULL,
    tokens DOUBLE PRECISION DEFAULT '1' NOT NULL,
    refilled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    paused_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_number_bucket PRIMARY KEY (number)
)
 WITH (fillfactor = 50);

CREATE TABLE number_health (
    number TEXT NOT NULL,
    last_success_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_number_health PRIMARY KEY (number)
)
 WITH (fillfactor = 50);

CREATE TABLE attempt (
    token UUID NOT NULL,
    message_id UUID NOT NULL,
    number_from TEXT NOT NULL,
    number_to TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    state TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    sid TEXT,
    code TEXT,
    CONSTRAINT pk_attempt PRIMARY KEY (token),
    CONSTRAINT uq_attempt_sid UNIQUE (sid)
)
 WITH (fillfactor = 80);
CREATE INDEX ix_attempt_message ON attempt (message_id);

CREATE TABLE callback_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    sid TEXT NOT NULL,
    status TEXT NOT NULL,
    token UUID,
    error_code TEXT,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    raw BYTEA NOT NULL,
    CONSTRAINT pk_callback_log PRIMARY KEY (id),
    CONSTRAINT uq_callback_log_sid_status UNIQUE (sid, status)
);

CREATE TABLE withdrawn_text (
    message_id UUID NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_withdrawn_text PRIMARY KEY (message_id)
);

CREATE TABLE stray_text (
    sid TEXT NOT NULL,
    kind TEXT NOT NULL,
    message_id UUID,
    number TEXT,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_stray_text PRIMARY KEY (sid)
);
CREATE INDEX ix_stray_text_open ON stray_text (kind) WHERE settled_at is null;

"""

INBOUND = """
CREATE TABLE webhook_request (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    token UUID,
    raw BYTEA NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    tries SMALLINT DEFAULT '0' NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    problem TEXT,
    CONSTRAINT pk_webhook_request PRIMARY KEY (id),
    CONSTRAINT uq_webhook_request_kind_key UNIQUE (kind, key)
);
CREATE INDEX ix_webhook_request_waiting ON webhook_request (id) WHERE done_at is null;

CREATE TABLE inbound_text (
    id UUID NOT NULL,
    sid TEXT NOT NULL,
    department_id UUID,
    number_from TEXT NOT NULL,
    number_to TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tag TEXT,
    num_media INTEGER NOT NULL,
    blanked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_inbound_text PRIMARY KEY (id),
    CONSTRAINT uq_inbound_text_sid UNIQUE (sid)
);
CREATE INDEX ix_inbound_text_number_to ON inbound_text (number_to, received_at);

CREATE TABLE inbound_media (
    id UUID NOT NULL,
    inbound_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    url TEXT NOT NULL,
    content_type TEXT NOT NULL,
    tries SMALLINT DEFAULT '0' NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
    object_key TEXT,
    size_bytes INTEGER,
    problem TEXT,
    CONSTRAINT pk_inbound_media PRIMARY KEY (id),
    CONSTRAINT uq_inbound_media_inbound_id_position UNIQUE (inbound_id, position)
);
CREATE INDEX ix_inbound_media_waiting ON inbound_media (next_try_at) WHERE next_try_at is not null;

CREATE TABLE received_call (
    id UUID NOT NULL,
    sid TEXT NOT NULL,
    department_id UUID,
    number_from TEXT NOT NULL,
    number_to TEXT NOT NULL,
    rang TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_received_call PRIMARY KEY (id),
    CONSTRAINT uq_received_call_sid UNIQUE (sid)
);

CREATE TABLE opt_out (
    department_id UUID NOT NULL,
    number TEXT NOT NULL,
    is_opted_out BOOLEAN NOT NULL,
    is_doubtful BOOLEAN DEFAULT false NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    sequence INTEGER NOT NULL,
    CONSTRAINT pk_opt_out PRIMARY KEY (department_id, number)
);

CREATE TABLE opt_out_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    department_id UUID NOT NULL,
    number TEXT NOT NULL,
    is_opted_out BOOLEAN NOT NULL,
    how TEXT NOT NULL,
    by_staff_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_opt_out_change PRIMARY KEY (id)
);
CREATE INDEX ix_opt_out_change_pair ON opt_out_change (department_id, number);

"""


def upgrade() -> None:
    create_reliable_tables()
    for statements in (DIRECTORY, QUEUE, INBOUND):
        op.execute(statements)


def downgrade() -> None:
    op.execute("DROP TABLE " + ", ".join(TABLES))
