"""The first tables: all that product rules 1 to 3 keep."""

from alembic import op

from clientcomm_persistence.migrations import create_reliable_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")

PEOPLE_AND_PLACES = """
CREATE TABLE organisation (
    id uuid NOT NULL,
    name text NOT NULL,
    default_region text DEFAULT 'US' NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (id)
);

CREATE TABLE department (
    id uuid NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    segments_per_second double precision DEFAULT 1 NOT NULL,
    fallback_phone text,
    is_closed boolean DEFAULT false NOT NULL,
    bulk_paced_until timestamptz,
    sequence integer DEFAULT 0 NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_department PRIMARY KEY (id),
    CONSTRAINT ck_department_rate_is_positive CHECK (segments_per_second > 0)
);
CREATE UNIQUE INDEX uq_department_name ON department (lower(name));

CREATE TABLE department_number (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    value text NOT NULL,
    label text DEFAULT '' NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    CONSTRAINT pk_department_number PRIMARY KEY (id),
    CONSTRAINT fk_department_number_department_id
        FOREIGN KEY(department_id) REFERENCES department (id)
);
CREATE INDEX ix_department_number_department_id ON department_number (department_id);
CREATE UNIQUE INDEX uq_department_number_current
    ON department_number (department_id) WHERE until IS NULL;
CREATE UNIQUE INDEX uq_department_number_value ON department_number (value);

CREATE TABLE status (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    name text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    is_offered boolean DEFAULT true NOT NULL,
    colour text DEFAULT '' NOT NULL,
    follow_up_days integer,
    CONSTRAINT pk_status PRIMARY KEY (id),
    CONSTRAINT fk_status_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);
CREATE UNIQUE INDEX uq_status_department_id_name ON status (department_id, lower(name));

CREATE TABLE category (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    name text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    is_offered boolean DEFAULT true NOT NULL,
    colour text DEFAULT '' NOT NULL,
    CONSTRAINT pk_category PRIMARY KEY (id),
    CONSTRAINT fk_category_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);
CREATE UNIQUE INDEX uq_category_department_id_name ON category (department_id, lower(name));

CREATE TABLE outcome (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    name text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    is_offered boolean DEFAULT true NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_outcome PRIMARY KEY (id),
    CONSTRAINT fk_outcome_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);
CREATE UNIQUE INDEX uq_outcome_department_id_name ON outcome (department_id, lower(name));

CREATE TABLE staff (
    id uuid NOT NULL,
    full_name text NOT NULL,
    email text NOT NULL,
    desk_phone text,
    language text DEFAULT 'en' NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    created_at timestamptz NOT NULL,
    deactivated_at timestamptz,
    CONSTRAINT pk_staff PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_staff_email ON staff (lower(email));

CREATE TABLE staff_role (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    role text NOT NULL,
    department_id uuid,
    since timestamptz NOT NULL,
    CONSTRAINT pk_staff_role PRIMARY KEY (id),
    CONSTRAINT fk_staff_role_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_staff_role_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);
CREATE INDEX ix_staff_role_department_id ON staff_role (department_id);
CREATE UNIQUE INDEX uq_staff_role_in_department
    ON staff_role (staff_id, role, department_id) WHERE department_id IS NOT NULL;
CREATE UNIQUE INDEX uq_staff_role_in_organisation
    ON staff_role (staff_id, role) WHERE department_id IS NULL;

CREATE TABLE coverage (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    covered_by uuid NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    away_reply text,
    ended_at timestamptz,
    CONSTRAINT pk_coverage PRIMARY KEY (id),
    CONSTRAINT ck_coverage_by_someone_else CHECK (staff_id <> covered_by),
    CONSTRAINT ck_coverage_ends_after_it_begins CHECK (until > since),
    CONSTRAINT fk_coverage_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_coverage_covered_by FOREIGN KEY(covered_by) REFERENCES staff (id)
);
CREATE INDEX ix_coverage_covered_by_until ON coverage (covered_by, until);
CREATE INDEX ix_coverage_staff_id_until ON coverage (staff_id, until);
"""

CLIENTS = """
CREATE TABLE client (
    id uuid NOT NULL,
    first_name text DEFAULT '' NOT NULL,
    last_name text NOT NULL,
    language text DEFAULT 'en' NOT NULL,
    time_zone text,
    added_in_department_id uuid NOT NULL,
    id_number text,
    merged_into uuid,
    is_on_legal_hold boolean DEFAULT false NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid,
    CONSTRAINT pk_client PRIMARY KEY (id),
    CONSTRAINT fk_client_added_in_department_id
        FOREIGN KEY(added_in_department_id) REFERENCES department (id),
    CONSTRAINT fk_client_merged_into FOREIGN KEY(merged_into) REFERENCES client (id),
    CONSTRAINT fk_client_created_by FOREIGN KEY(created_by) REFERENCES staff (id)
);
CREATE INDEX ix_client_id_number ON client (id_number) WHERE id_number IS NOT NULL;
CREATE INDEX ix_client_merged_into ON client (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE client_number (
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    value text NOT NULL,
    label text DEFAULT '' NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    how text DEFAULT '' NOT NULL,
    is_primary boolean DEFAULT false NOT NULL,
    is_wrong boolean DEFAULT false NOT NULL,
    added_by uuid,
    closed_by uuid,
    CONSTRAINT pk_client_number PRIMARY KEY (id),
    CONSTRAINT fk_client_number_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_client_number_added_by FOREIGN KEY(added_by) REFERENCES staff (id),
    CONSTRAINT fk_client_number_closed_by FOREIGN KEY(closed_by) REFERENCES staff (id)
);
CREATE INDEX ix_client_number_client_id ON client_number (client_id);
CREATE INDEX ix_client_number_value_until ON client_number (value, until);
CREATE UNIQUE INDEX uq_client_number_current
    ON client_number (client_id, value) WHERE until IS NULL;
CREATE UNIQUE INDEX uq_client_number_primary
    ON client_number (client_id) WHERE is_primary AND until IS NULL;
"""

CONVERSATIONS = """
CREATE TABLE conversation (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    client_id uuid,
    sender text,
    assigned_to uuid,
    last_assigned_to uuid,
    state text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    reply_position integer DEFAULT 0 NOT NULL,
    automatic_position integer DEFAULT 0 NOT NULL,
    bulk_position integer DEFAULT 0 NOT NULL,
    read_up_to timestamptz,
    read_up_to_id uuid,
    last_inbound_number text,
    last_inbound_was_former boolean DEFAULT false NOT NULL,
    last_away_reply_at timestamptz,
    escalated_at timestamptz,
    notes text DEFAULT '' NOT NULL,
    status_id uuid,
    category_id uuid,
    own_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    consent_how text,
    consent_by uuid,
    consent_at timestamptz,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by uuid,
    outcome_id uuid,
    merged_into uuid,
    CONSTRAINT pk_conversation PRIMARY KEY (id),
    CONSTRAINT ck_conversation_has_someone CHECK (client_id IS NOT NULL OR sender IS NOT NULL),
    CONSTRAINT ck_conversation_open_is_assigned CHECK (state <> 'open' OR assigned_to IS NOT NULL),
    CONSTRAINT ck_conversation_inbox_is_nobodys
        CHECK (state <> 'unassigned' OR assigned_to IS NULL),
    CONSTRAINT fk_conversation_department_id FOREIGN KEY(department_id) REFERENCES department (id),
    CONSTRAINT fk_conversation_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_conversation_assigned_to FOREIGN KEY(assigned_to) REFERENCES staff (id),
    CONSTRAINT fk_conversation_last_assigned_to FOREIGN KEY(last_assigned_to) REFERENCES staff (id),
    CONSTRAINT fk_conversation_status_id FOREIGN KEY(status_id) REFERENCES status (id),
    CONSTRAINT fk_conversation_category_id FOREIGN KEY(category_id) REFERENCES category (id),
    CONSTRAINT fk_conversation_consent_by FOREIGN KEY(consent_by) REFERENCES staff (id),
    CONSTRAINT fk_conversation_closed_by FOREIGN KEY(closed_by) REFERENCES staff (id),
    CONSTRAINT fk_conversation_outcome_id FOREIGN KEY(outcome_id) REFERENCES outcome (id),
    CONSTRAINT fk_conversation_merged_into FOREIGN KEY(merged_into) REFERENCES conversation (id)
) WITH (fillfactor = 75);
CREATE INDEX ix_conversation_assigned_to
    ON conversation (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX ix_conversation_client_id ON conversation (client_id);
CREATE INDEX ix_conversation_merged_into
    ON conversation (merged_into) WHERE merged_into IS NOT NULL;
CREATE UNIQUE INDEX uq_conversation_client
    ON conversation (department_id, client_id)
    WHERE merged_into IS NULL AND client_id IS NOT NULL;
CREATE UNIQUE INDEX uq_conversation_sender
    ON conversation (department_id, sender) WHERE merged_into IS NULL AND client_id IS NULL;

CREATE TABLE assignment (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    staff_id uuid,
    since timestamptz NOT NULL,
    until timestamptz,
    by_staff_id uuid,
    visible_from timestamptz,
    note text DEFAULT '' NOT NULL,
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT fk_assignment_conversation_id
        FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    CONSTRAINT fk_assignment_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_assignment_by_staff_id FOREIGN KEY(by_staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_assignment_conversation_id_since ON assignment (conversation_id, since);
CREATE INDEX ix_assignment_staff_id_since ON assignment (staff_id, since);
CREATE UNIQUE INDEX uq_assignment_current
    ON assignment (conversation_id) WHERE until IS NULL;

CREATE TABLE conversation_summary (
    conversation_id uuid NOT NULL,
    department_id uuid NOT NULL,
    assigned_to uuid,
    state text NOT NULL,
    client_id uuid,
    first_name text DEFAULT '' NOT NULL,
    last_name text DEFAULT '' NOT NULL,
    sort_name text DEFAULT '' NOT NULL,
    sender text,
    primary_number text,
    id_number text,
    language text,
    status_id uuid,
    category_id uuid,
    unread_count integer DEFAULT 0 NOT NULL,
    is_unread boolean DEFAULT false NOT NULL,
    has_delivery_problem boolean DEFAULT false NOT NULL,
    delivery_problem_at timestamptz,
    last_contact_at timestamptz,
    last_text text DEFAULT '' NOT NULL,
    last_text_direction text,
    last_text_at timestamptz,
    last_inbound_at timestamptz,
    next_appointment_at timestamptz,
    scheduled_count integer DEFAULT 0 NOT NULL,
    schedule_version integer DEFAULT 0 NOT NULL,
    is_opted_out boolean DEFAULT false NOT NULL,
    search_text text DEFAULT '' NOT NULL,
    CONSTRAINT pk_conversation_summary PRIMARY KEY (conversation_id),
    CONSTRAINT fk_conversation_summary_conversation_id
        FOREIGN KEY(conversation_id) REFERENCES conversation (id)
) WITH (fillfactor = 70);
CREATE INDEX ix_conversation_summary_assigned_default
    ON conversation_summary (assigned_to, is_unread DESC,
        (coalesce(last_contact_at, '-infinity'::timestamptz)) DESC,
        conversation_id DESC);
CREATE INDEX ix_conversation_summary_department_default
    ON conversation_summary (department_id, is_unread DESC,
        (coalesce(last_contact_at, '-infinity'::timestamptz)) DESC,
        conversation_id DESC);
CREATE INDEX ix_conversation_summary_department_name
    ON conversation_summary (department_id, sort_name, conversation_id);
CREATE INDEX ix_conversation_summary_search_text
    ON conversation_summary USING gin (search_text gin_trgm_ops) WITH (fastupdate = off);
"""

MESSAGES = """
CREATE TABLE message (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    department_id uuid NOT NULL,
    direction text NOT NULL,
    author text NOT NULL,
    staff_id uuid,
    lane text,
    position integer,
    body text NOT NULL,
    state text NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    segments integer NOT NULL,
    number_from text NOT NULL,
    number_to text NOT NULL,
    at timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    received_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    not_after timestamptz,
    error_code text,
    tag text,
    tag_answer text,
    tag_answered_by uuid,
    tag_answered_at timestamptz,
    from_former_number boolean DEFAULT false NOT NULL,
    occurrence_id uuid,
    mass_message_id uuid,
    resend_of uuid,
    inbound_id uuid,
    refiled_from uuid,
    has_no_receipt boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id)
) WITH (fillfactor = 85);
CREATE INDEX ix_message_conversation_id_at ON message (conversation_id, at DESC, id DESC);
CREATE INDEX ix_message_mass_message_id
    ON message (mass_message_id) WHERE mass_message_id IS NOT NULL;
CREATE INDEX ix_message_resend_of ON message (resend_of) WHERE resend_of IS NOT NULL;
CREATE UNIQUE INDEX uq_message_inbound_id
    ON message (inbound_id) WHERE inbound_id IS NOT NULL;
CREATE UNIQUE INDEX uq_message_occurrence_id
    ON message (occurrence_id) WHERE occurrence_id IS NOT NULL;

CREATE TABLE attachment (
    id uuid NOT NULL,
    message_id uuid,
    inbound_id uuid,
    department_id uuid,
    uploaded_by uuid,
    position integer DEFAULT 0 NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint,
    file_name text DEFAULT '' NOT NULL,
    object_key text,
    problem text,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT fk_attachment_message_id FOREIGN KEY(message_id) REFERENCES message (id),
    CONSTRAINT fk_attachment_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES staff (id)
);
CREATE INDEX ix_attachment_message_id ON attachment (message_id, position);

CREATE TABLE marker (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    department_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    by_staff_id uuid,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_marker PRIMARY KEY (id),
    CONSTRAINT fk_marker_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id)
);
CREATE INDEX ix_marker_conversation_id_at ON marker (conversation_id, at DESC, id DESC);

CREATE TABLE quarantined_text (
    id uuid NOT NULL,
    inbound_id uuid NOT NULL,
    number_from text NOT NULL,
    number_to text NOT NULL,
    body text NOT NULL,
    received_at timestamptz NOT NULL,
    media jsonb DEFAULT '[]'::jsonb NOT NULL,
    carrier_id text NOT NULL,
    assigned_to_department_id uuid,
    assigned_by uuid,
    assigned_at timestamptz,
    CONSTRAINT pk_quarantined_text PRIMARY KEY (id),
    CONSTRAINT uq_quarantined_text_inbound_id UNIQUE (inbound_id),
    CONSTRAINT fk_quarantined_text_assigned_to_department_id
        FOREIGN KEY(assigned_to_department_id) REFERENCES department (id),
    CONSTRAINT fk_quarantined_text_assigned_by FOREIGN KEY(assigned_by) REFERENCES staff (id)
);
CREATE INDEX ix_quarantined_text_received_at ON quarantined_text (received_at);
"""

CONSENT = """
CREATE TABLE opt_out_ledger (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    number text NOT NULL,
    what text NOT NULL,
    how text NOT NULL,
    by_staff_id uuid,
    client_id uuid,
    message_id uuid,
    at timestamptz NOT NULL,
    CONSTRAINT pk_opt_out_ledger PRIMARY KEY (id)
);
CREATE INDEX ix_opt_out_ledger_department_id_number
    ON opt_out_ledger (department_id, number, at);

CREATE TABLE opt_out (
    department_id uuid NOT NULL,
    number text NOT NULL,
    is_opted_out boolean NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    since timestamptz NOT NULL,
    suspected_message_id uuid,
    suspected_at timestamptz,
    CONSTRAINT pk_opt_out PRIMARY KEY (department_id, number),
    CONSTRAINT fk_opt_out_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE TABLE automatic_reply (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    number text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_automatic_reply PRIMARY KEY (id)
);
CREATE INDEX ix_automatic_reply_number_at ON automatic_reply (number, at);
"""

MASS_MESSAGES = """
CREATE TABLE mass_message (
    id uuid NOT NULL,
    department_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    body text NOT NULL,
    segments integer NOT NULL,
    recipients integer NOT NULL,
    skipped integer DEFAULT 0 NOT NULL,
    written integer DEFAULT 0 NOT NULL,
    settled integer DEFAULT 0 NOT NULL,
    created_at timestamptz NOT NULL,
    starts_at timestamptz NOT NULL,
    not_after timestamptz,
    stopped_at timestamptz,
    stopped_by uuid,
    released_at timestamptz,
    sequence integer DEFAULT 0 NOT NULL,
    CONSTRAINT pk_mass_message PRIMARY KEY (id),
    CONSTRAINT fk_mass_message_department_id FOREIGN KEY(department_id) REFERENCES department (id),
    CONSTRAINT fk_mass_message_staff_id FOREIGN KEY(staff_id) REFERENCES staff (id),
    CONSTRAINT fk_mass_message_stopped_by FOREIGN KEY(stopped_by) REFERENCES staff (id)
) WITH (fillfactor = 50);
CREATE INDEX ix_mass_message_department_id_created_at
    ON mass_message (department_id, created_at);
CREATE INDEX ix_mass_message_staff_id_created_at ON mass_message (staff_id, created_at);
CREATE INDEX ix_mass_message_unreleased
    ON mass_message (department_id, id) WHERE released_at IS NULL AND stopped_at IS NULL;

CREATE TABLE mass_recipient (
    id uuid NOT NULL,
    mass_message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    position integer NOT NULL,
    message_id uuid,
    skipped_code text,
    CONSTRAINT pk_mass_recipient PRIMARY KEY (id),
    CONSTRAINT fk_mass_recipient_mass_message_id
        FOREIGN KEY(mass_message_id) REFERENCES mass_message (id)
);
CREATE INDEX ix_mass_recipient_conversation_id ON mass_recipient (conversation_id);
CREATE INDEX ix_mass_recipient_mass_message_id ON mass_recipient (mass_message_id, position);
CREATE INDEX ix_mass_recipient_pending
    ON mass_recipient (mass_message_id, position)
    WHERE message_id IS NULL AND skipped_code IS NULL;
"""


def upgrade() -> None:
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    for part in (PEOPLE_AND_PLACES, CLIENTS, CONVERSATIONS, MESSAGES, CONSENT, MASS_MESSAGES):
        op.execute(part)
    create_reliable_tables()
