"""What the journal says to PostgreSQL: whole batches at a time."""

# ruff: noqa: S608 - only constants of this module are put together

from sqlalchemy import text

# The row is the pen: positions are given by whoever holds it, in the order of commits. A holder
# that freezes loses its transaction, and the pen with it, by idle_in_transaction_session_timeout.
TAKE_PEN = text("SELECT last_position FROM journal_state FOR UPDATE")
PROGRESS = text("""
    SELECT id, last_sequence, last_occurred_at, held FROM aggregate
    WHERE id = ANY(CAST(:ids AS uuid[]))
""")
HELD = text("""
    SELECT aggregate_id, sequence, event_id, name, CAST(body AS text) AS body FROM holding
    WHERE aggregate_id = ANY(CAST(:ids AS uuid[])) ORDER BY aggregate_id, sequence
""")
APPEND = text("""
    WITH appended AS (
        INSERT INTO journal (position, aggregate_id, sequence, event_id, name, occurred_at, body)
        SELECT CAST(:after AS bigint) + n, aggregate_id, sequence, event_id, name, occurred_at,
            CAST(body AS json)
        FROM unnest(CAST(:aggregates AS uuid[]), CAST(:sequences AS integer[]),
            CAST(:event_ids AS uuid[]), CAST(:names AS text[]),
            CAST(:occurred AS timestamptz[]), CAST(:bodies AS text[]))
            WITH ORDINALITY AS f (aggregate_id, sequence, event_id, name, occurred_at, body, n)
    ), followed AS (
        INSERT INTO aggregate (id, last_sequence, last_occurred_at, held)
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:lasts AS integer[]),
            CAST(:last_ats AS timestamptz[]), CAST(:held AS integer[]))
        ON CONFLICT (id) DO UPDATE SET last_sequence = excluded.last_sequence,
            last_occurred_at = excluded.last_occurred_at, held = excluded.held
    )
    UPDATE journal_state SET last_position = CAST(:after AS bigint) + :count
""")
HOLD = text("""
    INSERT INTO holding (aggregate_id, sequence, event_id, name, body)
    SELECT aggregate_id, sequence, event_id, name, CAST(body AS json)
    FROM unnest(CAST(:aggregates AS uuid[]), CAST(:sequences AS integer[]),
        CAST(:event_ids AS uuid[]), CAST(:names AS text[]), CAST(:bodies AS text[]))
        AS f (aggregate_id, sequence, event_id, name, body)
""")
RELEASE = text("""
    DELETE FROM holding h USING unnest(CAST(:aggregates AS uuid[]), CAST(:sequences AS integer[]))
        AS f (aggregate_id, sequence)
    WHERE h.aggregate_id = f.aggregate_id AND h.sequence = f.sequence
""")

# Of two states of one rank (queued and held may swap) the later counts.
_IS_HIGHER = """(excluded.state_rank, excluded.state_at)
            > (known.state_rank, coalesce(known.state_at, '-infinity'))"""

# Each part of an entry may come first: what is there is completed, never overwritten.
WRITE_ENTRIES = text(f"""
    INSERT INTO thread_entry AS known (id, conversation_id, filed_at, at, kind, direction, author,
        staff_id, staff_name, number_from, number_to, body, received_at, state, state_rank,
        state_at, error_code, marker, details)
    SELECT id, conversation_id, filed_at, at, kind, direction, author, staff_id, staff_name,
        number_from, number_to, body, received_at, state, state_rank, state_at, error_code,
        marker, CAST(details AS jsonb)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:conversations AS uuid[]),
        CAST(:filed AS timestamptz[]), CAST(:ats AS timestamptz[]), CAST(:kinds AS text[]),
        CAST(:directions AS text[]), CAST(:authors AS text[]), CAST(:staff AS uuid[]),
        CAST(:staff_names AS text[]), CAST(:senders AS text[]), CAST(:receivers AS text[]),
        CAST(:bodies AS text[]), CAST(:received AS timestamptz[]), CAST(:states AS text[]),
        CAST(:ranks AS smallint[]), CAST(:state_ats AS timestamptz[]), CAST(:codes AS text[]),
        CAST(:markers AS text[]), CAST(:details AS text[]))
        AS n (id, conversation_id, filed_at, at, kind, direction, author, staff_id, staff_name,
            number_from, number_to, body, received_at, state, state_rank, state_at, error_code,
            marker, details)
    ON CONFLICT (id) DO UPDATE SET
        conversation_id = CASE WHEN known.filed_at >= excluded.filed_at
            THEN known.conversation_id
            ELSE coalesce(excluded.conversation_id, known.conversation_id) END,
        filed_at = greatest(known.filed_at, excluded.filed_at),
        at = coalesce(known.at, excluded.at),
        kind = CASE WHEN known.at IS NULL THEN excluded.kind ELSE known.kind END,
        direction = coalesce(known.direction, excluded.direction),
        author = coalesce(known.author, excluded.author),
        staff_id = coalesce(known.staff_id, excluded.staff_id),
        staff_name = coalesce(known.staff_name, excluded.staff_name),
        number_from = coalesce(known.number_from, excluded.number_from),
        number_to = coalesce(known.number_to, excluded.number_to),
        body = coalesce(known.body, excluded.body),
        received_at = coalesce(known.received_at, excluded.received_at),
        marker = coalesce(known.marker, excluded.marker),
        details = coalesce(known.details, excluded.details),
        state = CASE WHEN {_IS_HIGHER} THEN excluded.state ELSE known.state END,
        state_at = CASE WHEN {_IS_HIGHER} THEN excluded.state_at ELSE known.state_at END,
        error_code = CASE WHEN {_IS_HIGHER} THEN excluded.error_code ELSE known.error_code END,
        state_rank = greatest(known.state_rank, excluded.state_rank)
""")
# The way of most facts: the text is there. Returns those that are not.
REACH_STATES = text("""
    WITH news AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]),
            CAST(:ranks AS smallint[]), CAST(:ats AS timestamptz[]), CAST(:codes AS text[]))
            AS n (id, state, state_rank, at, error_code)
    ), there AS (
        UPDATE thread_entry t SET state = n.state, state_rank = n.state_rank, state_at = n.at,
            error_code = n.error_code
        FROM news n WHERE t.id = n.id
            AND (n.state_rank, n.at) > (t.state_rank, coalesce(t.state_at, '-infinity'))
        RETURNING t.id
    )
    SELECT id FROM news WHERE id NOT IN (SELECT id FROM there)
""")
KEEP_ATTACHMENTS = text("""
    INSERT INTO attachment AS known (id, message_id, content_type, size_bytes, file_name,
        object_key, problem, is_settled)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:messages AS uuid[]),
        CAST(:types AS text[]), CAST(:sizes AS bigint[]), CAST(:names AS text[]),
        CAST(:keys AS text[]), CAST(:problems AS text[]), CAST(:settled AS boolean[]))
    ON CONFLICT (id) DO UPDATE SET content_type = excluded.content_type,
        size_bytes = excluded.size_bytes, file_name = excluded.file_name,
        object_key = excluded.object_key, problem = excluded.problem,
        is_settled = excluded.is_settled
    WHERE excluded.is_settled AND NOT known.is_settled
""")
KEEP_ABSORPTIONS = text("""
    INSERT INTO absorption (absorbed_id, survivor_id, absorbed_sequence)
    SELECT * FROM unnest(CAST(:absorbed AS uuid[]), CAST(:survivors AS uuid[]),
        CAST(:sequences AS integer[]))
    ON CONFLICT (absorbed_id) DO NOTHING
""")
