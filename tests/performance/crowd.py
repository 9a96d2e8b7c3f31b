"""A department with many case managers, their clients, labels, and two long threads for a merge."""

from dataclasses import dataclass
from uuid import UUID

from tests.performance.system import System

CLIENTS_EACH = 300
PAIRS = 3
LONG = 10_000

_HIRE = """
    WITH hired AS (
        INSERT INTO staff (id, full_name, email, created_at)
        SELECT gen_random_uuid(), 'Officer ' || n, 'officer' || n || '@bench.example', now()
        FROM generate_series(1, %s) AS n RETURNING id)
    INSERT INTO staff_role (id, staff_id, role, department_id, since)
    SELECT gen_random_uuid(), id, 'case_manager', %s, now() FROM hired
"""

_LABEL = """
    WITH chosen AS (
        SELECT s.conversation_id, l.id AS status_id
        FROM conversation_summary s
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
              FROM status WHERE department_id = %s) l
          ON l.place = 1 + abs(hashtext(s.conversation_id::text)) %% (2 * l.many)),
    labelled AS (
        UPDATE conversation c SET status_id = n.status_id FROM chosen n
        WHERE c.id = n.conversation_id)
    UPDATE conversation_summary s SET status_id = n.status_id FROM chosen n
    WHERE s.conversation_id = n.conversation_id
"""

_LENGTHEN = """
    INSERT INTO message (id, conversation_id, department_id, direction, author, staff_id, lane,
        body, state, version, segments, number_from, number_to, at, written_at, received_at,
        sent_at, delivered_at, inbound_id)
    SELECT gen_random_uuid(), %s, department_id, direction, author, staff_id, lane, body,
        'delivered', version, segments, number_from, number_to, at, written_at, received_at,
        sent_at, delivered_at, CASE WHEN inbound_id IS NOT NULL THEN gen_random_uuid() END
    FROM (SELECT * FROM message WHERE department_id = %s AND direction = 'outbound' LIMIT %s) m
"""


@dataclass(frozen=True)
class Pair:
    """Two clients of one case manager, with a long thread each."""

    survivor: UUID
    absorbed: UUID


def gather(system: System, *, clients: int, messages: int) -> list[Pair]:
    """Seed the department; returns the clients to merge."""
    department = system.department["id"]
    officers = max(clients // CLIENTS_EACH - len(system.staff_with("case_manager")), 0)
    system.execute("conversations", _HIRE, officers, department)
    system.seed_bulk(clients=clients, messages=messages, for_all=True)
    system.execute("conversations", _LABEL, department)
    pairs = [_pair(system, number) for number in range(PAIRS)]
    system.execute("conversations", "VACUUM ANALYZE")
    return pairs


def _pair(system: System, number: int) -> Pair:
    """Of the second case manager: the first one's caseload stays as it usually is."""
    rows = system.query(
        "conversations",
        """SELECT id, client_id FROM conversation
            WHERE assigned_to = %s AND state = 'open' AND client_id IS NOT NULL
            ORDER BY id DESC OFFSET %s LIMIT 2""",
        system.staff_with("case_manager")[1]["staff_id"],
        2 * number,
    )
    for conversation_id, _ in rows:
        department = system.department["id"]
        system.execute("conversations", _LENGTHEN, conversation_id, department, LONG)
    return Pair(rows[0][1], rows[1][1])
