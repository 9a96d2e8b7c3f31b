"""What the book of schedules says to PostgreSQL."""

# ruff: noqa: S608 - only constants of this module are put together

from sqlalchemy import text

CHANNEL = "schedule"
"""On which processes tell each other that something new waits."""

_IDS = "ANY(CAST(:ids AS uuid[]))"
_COLUMNS = """
    s.id, s.conversation_id, s.written_in, s.body, s.local_time, s.time_zone, s.follows_client,
    s.tolerance, s.by_staff_id, s.by_staff_name, s.created_at, s.version, s.number,
    o.id AS occurrence_id, o.due_at, o.is_shifted, o.zone_data, o.state, o.refusal_code
"""
_FROM = "FROM schedule s JOIN occurrence o ON o.schedule_id = s.id AND o.number = s.number"

MAKE_CONVERSATIONS = text("""
    INSERT INTO conversation (id) SELECT unnest(CAST(:ids AS uuid[])) ON CONFLICT DO NOTHING
""")
LOCK_CONVERSATIONS = text(f"""
    SELECT id, merged_into FROM conversation WHERE id = {_IDS} ORDER BY id FOR UPDATE
""")
CONVERSATIONS = text(f"""
    SELECT c.id,
           CASE WHEN c.client_id IS NULL OR p.id IS NOT NULL
                THEN coalesce(p.time_zone, d.time_zone) END AS time_zone,
           d.quiet_starts, d.quiet_ends, c.closed_at, c.merged_into, c.merged_at,
           c.schedule_sequence, c.scheduled_count, c.next_scheduled_at
    FROM conversation c
    LEFT JOIN client p ON p.id = c.client_id
    LEFT JOIN department d ON d.id = c.department_id
    WHERE c.id = {_IDS}
""")
MESSAGE = text(f"SELECT {_COLUMNS} {_FROM} WHERE s.id = :id")
PAGE = text(f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE s.conversation_id = {_IDS} AND o.state = ANY(CAST(:states AS text[]))
      AND (CAST(:after_due AS timestamptz) IS NULL
           OR (o.due_at, s.id) > (CAST(:after_due AS timestamptz), CAST(:after_id AS uuid)))
    ORDER BY o.due_at, s.id LIMIT :limit
""")
UNSETTLED = text(f"""
    SELECT {_COLUMNS} {_FROM} JOIN conversation c ON c.id = s.conversation_id
    WHERE s.conversation_id = {_IDS} AND (o.state = 'scheduled' OR c.merged_into IS NOT NULL)
    ORDER BY s.id
""")
OF_OCCURRENCES = text(f"SELECT {_COLUMNS} {_FROM} WHERE o.id = {_IDS} ORDER BY o.id")
# Whole conversations are taken, and only then what is due in them is read: were each text taken
# with its conversation, one could be passed over while someone holds it and the next one taken.
TAKE_CONVERSATIONS = text("""
    SELECT c.id FROM conversation c JOIN (
        SELECT conversation_id, min(due_at) AS first_due FROM occurrence
        WHERE state = 'scheduled' AND due_at <= :now GROUP BY conversation_id
    ) d ON d.conversation_id = c.id
    ORDER BY d.first_due, c.id LIMIT :limit
    FOR UPDATE OF c SKIP LOCKED
""")
DUE = text(f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE o.conversation_id = {_IDS} AND o.state = 'scheduled' AND o.due_at <= :now
    ORDER BY o.due_at, o.id LIMIT :limit
    FOR UPDATE OF o
""")
OLDER_ZONE_DATA = text(f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE o.state = 'scheduled' AND o.zone_data < :zone_data ORDER BY o.id LIMIT :limit
""")
NEXT_DUE = text("SELECT min(due_at) FROM occurrence WHERE state = 'scheduled'")
ADD_SCHEDULE = text("""
    INSERT INTO schedule (id, version, conversation_id, written_in, body, local_time, time_zone,
        follows_client, tolerance, by_staff_id, by_staff_name, created_at, number)
    VALUES (:id, :version, :conversation_id, :written_in, :body, :local_time, :time_zone,
        :follows_client, :tolerance, :by_staff_id, :by_staff_name, :created_at, :number)
""")
CHANGE_SCHEDULES = text("""
    UPDATE schedule s SET version = n.version, conversation_id = n.conversation_id, body = n.body,
        local_time = n.local_time, time_zone = n.time_zone, follows_client = n.follows_client,
        number = n.number
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]),
        CAST(:conversation_ids AS uuid[]), CAST(:bodies AS text[]),
        CAST(:local_times AS timestamp[]), CAST(:time_zones AS text[]),
        CAST(:follows AS boolean[]), CAST(:numbers AS integer[]))
        AS n (id, version, conversation_id, body, local_time, time_zone, follows_client, number)
    WHERE s.id = n.id
""")
KEEP_OCCURRENCES = text("""
    INSERT INTO occurrence (id, schedule_id, conversation_id, number, local_time, due_at,
        is_shifted, zone_data, state, refusal_code)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:schedule_ids AS uuid[]),
        CAST(:conversation_ids AS uuid[]), CAST(:numbers AS integer[]),
        CAST(:local_times AS timestamp[]), CAST(:dues AS timestamptz[]),
        CAST(:shifts AS boolean[]), CAST(:zone_data AS text[]), CAST(:states AS text[]),
        CAST(:codes AS text[]))
    ON CONFLICT (id) DO UPDATE SET conversation_id = excluded.conversation_id,
        local_time = excluded.local_time, due_at = excluded.due_at,
        is_shifted = excluded.is_shifted, zone_data = excluded.zone_data,
        state = excluded.state, refusal_code = excluded.refusal_code
""")
SUMMARIES = text(f"""
    SELECT conversation_id, count(*) AS waiting, min(due_at) AS next_at FROM occurrence
    WHERE state = 'scheduled' AND conversation_id = {_IDS} GROUP BY conversation_id
""")
KEEP_SUMMARIES = text("""
    UPDATE conversation c SET schedule_sequence = n.sequence, scheduled_count = n.waiting,
        next_scheduled_at = n.next_at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS integer[]), CAST(:counts AS integer[]),
        CAST(:nexts AS timestamptz[])) AS n (id, sequence, waiting, next_at)
    WHERE c.id = n.id
""")

# Facts about others, by the sequence rule: what carries a state applies if it is newer.
LOCK_ZONES_OF_DEPARTMENTS = text(
    f"SELECT id, time_zone FROM department WHERE id = {_IDS} FOR UPDATE"
)
CONVERSATIONS_OF_DEPARTMENTS = text(f"SELECT id FROM conversation WHERE department_id = {_IDS}")
FOLLOW_DEPARTMENTS = text("""
    INSERT INTO department AS known (id, sequence, time_zone, quiet_starts, quiet_ends, is_closed)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS integer[]),
        CAST(:time_zones AS text[]), CAST(:starts AS time[]), CAST(:ends AS time[]),
        CAST(:closed AS boolean[]))
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, time_zone = excluded.time_zone,
        quiet_starts = excluded.quiet_starts, quiet_ends = excluded.quiet_ends,
        is_closed = excluded.is_closed
    WHERE excluded.sequence > known.sequence
    RETURNING id, time_zone
""")
FOLLOW_CLIENTS = text("""
    INSERT INTO client AS known (id, sequence, time_zone, language, id_number, merged_into)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS integer[]),
        CAST(:time_zones AS text[]), CAST(:languages AS text[]), CAST(:id_numbers AS text[]),
        CAST(:merged AS uuid[]))
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, time_zone = excluded.time_zone,
        language = excluded.language, id_number = excluded.id_number,
        merged_into = excluded.merged_into
    WHERE excluded.sequence > known.sequence
    RETURNING id
""")
CONVERSATIONS_OF_CLIENTS = text(f"SELECT id FROM conversation WHERE client_id = {_IDS}")
FOLLOW_CONVERSATIONS = text("""
    INSERT INTO conversation AS known
        (id, sequence, department_id, client_id, assigned_to, state)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS integer[]),
        CAST(:departments AS uuid[]), CAST(:clients AS uuid[]), CAST(:assigned AS uuid[]),
        CAST(:states AS text[]))
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence,
        department_id = excluded.department_id, client_id = excluded.client_id,
        assigned_to = excluded.assigned_to, state = excluded.state
    WHERE excluded.sequence > known.sequence
""")
NOTE_CLOSINGS = text("""
    UPDATE conversation c SET closed_at = greatest(c.closed_at, n.at)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:ats AS timestamptz[])) AS n (id, at)
    WHERE c.id = n.id
""")
NOTE_MERGES = text("""
    UPDATE conversation c SET merged_into = n.survivor, merged_at = least(c.merged_at, n.at)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:survivors AS uuid[]), CAST(:ats AS timestamptz[]))
        AS n (id, survivor, at)
    WHERE c.id = n.id
""")
ONE_CLIENT_AT_A_TIME = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(CAST(id AS text), 0))
    FROM (SELECT unnest(CAST(:ids AS uuid[])) AS id ORDER BY 1) AS ids
""")
