"""The first tables: schedules with their occurrences, and what is known of conversations."""

from alembic import op

from clientcomm_persistence.migrations import create_reliable_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE client (
    id uuid NOT NULL,
    sequence integer NOT NULL,
    time_zone text NOT NULL,
    language text NOT NULL,
    id_number text,
    merged_into uuid,
    CONSTRAINT pk_client PRIMARY KEY (id)
);
CREATE INDEX ix_client_id_number ON client (id_number) WHERE id_number IS NOT NULL;

CREATE TABLE conversation (
    id uuid NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    department_id uuid,
    client_id uuid,
    assigned_to uuid,
    state text,
    time_zone text,
    closed_at timestamptz,
    merged_into uuid,
    merged_at timestamptz,
    schedule_sequence integer DEFAULT 0 NOT NULL,
    scheduled_count integer DEFAULT 0 NOT NULL,
    next_scheduled_at timestamptz,
    CONSTRAINT pk_conversation PRIMARY KEY (id)
);
CREATE INDEX ix_conversation_client_id ON conversation (client_id);

CREATE TABLE department (
    id uuid NOT NULL,
    sequence integer NOT NULL,
    time_zone text NOT NULL,
    quiet_starts time NOT NULL,
    quiet_ends time NOT NULL,
    is_closed boolean NOT NULL,
    CONSTRAINT pk_department PRIMARY KEY (id)
);

CREATE TABLE schedule (
    id uuid NOT NULL,
    version integer NOT NULL,
    kind text DEFAULT 'message' NOT NULL,
    conversation_id uuid NOT NULL,
    written_in uuid NOT NULL,
    body text NOT NULL,
    template_id uuid,
    template_fields jsonb,
    local_time timestamp NOT NULL,
    time_zone text NOT NULL,
    follows_client boolean NOT NULL,
    recurrence text,
    recurs_until date,
    appointment_id uuid,
    tolerance interval,
    by_staff_id uuid NOT NULL,
    by_staff_name text NOT NULL,
    created_at timestamptz NOT NULL,
    number integer NOT NULL,
    CONSTRAINT pk_schedule PRIMARY KEY (id)
);
CREATE INDEX ix_schedule_appointment_id
    ON schedule (appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX ix_schedule_conversation_id ON schedule (conversation_id);

CREATE TABLE occurrence (
    id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    number integer NOT NULL,
    local_time timestamp NOT NULL,
    due_at timestamptz NOT NULL,
    is_shifted boolean NOT NULL,
    zone_data text NOT NULL,
    state text NOT NULL,
    refusal_code text,
    CONSTRAINT pk_occurrence PRIMARY KEY (id),
    CONSTRAINT uq_occurrence_schedule_id_number UNIQUE (schedule_id, number),
    CONSTRAINT fk_occurrence_schedule_id
        FOREIGN KEY(schedule_id) REFERENCES schedule (id) ON DELETE CASCADE
);
CREATE INDEX ix_occurrence_due_at ON occurrence (due_at, id) WHERE state = 'scheduled';
CREATE INDEX ix_occurrence_waiting ON occurrence (conversation_id) WHERE state = 'scheduled';
CREATE INDEX ix_occurrence_zone_data ON occurrence (zone_data) WHERE state = 'scheduled';

"""


def upgrade() -> None:
    op.execute(TABLES)
    create_reliable_tables()
