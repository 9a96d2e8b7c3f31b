"""Puts a load for measuring into the tables by COPY."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from psycopg import AsyncConnection
from sqlalchemy import text

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.adapters.bulk_rows import Load, Rows
from clientcomm_persistence import Transaction

_LINES_AT_ONCE = 2_000
_DEPARTMENT = text(
    """
    select d.id, n.value as number,
           array(select r.staff_id from staff_role r join staff s on s.id = r.staff_id
                  where r.department_id = d.id and r.role = 'case_manager' and s.is_active
                    and (cast(:email as text) is null or lower(s.email) = lower(:email))
                  order by s.created_at, s.id) as staff_ids,
           (select count(*) from client) as known
      from department d
      join department_number n on n.department_id = d.id and n.until is null
     where lower(d.name) = lower(:department) or cast(d.id as text) = :department
    """
)

_MESSAGE = """id, conversation_id, department_id, direction, author, staff_id, lane, body, state,
    version, segments, number_from, number_to, at, written_at, received_at, sent_at,
    delivered_at, error_code, inbound_id"""
_CLIENT = """id, first_name, last_name, language, added_in_department_id, id_number, sequence,
    created_at"""
_NUMBER = "id, client_id, value, since, is_primary"
_CONVERSATION = """id, department_id, client_id, assigned_to, last_assigned_to, state, read_up_to,
    read_up_to_id, last_inbound_number, opened_at, closed_at"""
_SUMMARY = """conversation_id, department_id, assigned_to, state, client_id, first_name,
    last_name, sort_name, primary_number, id_number, language, unread_count, is_unread,
    has_delivery_problem, delivery_problem_at, last_contact_at, last_text, last_text_direction,
    last_text_at, last_inbound_at, search_text"""
_ASSIGNMENT = "id, conversation_id, staff_id, since"


async def load_of(
    tx: Transaction,
    *,
    department: str,
    email: str | None,
    clients: int,
    messages: int,
    now: datetime,
) -> Load:
    """What to load: a year of texts for the case managers of a department, or for one of them."""
    found = await tx.execute(_DEPARTMENT, {"department": department, "email": email})
    row = found.one_or_none()
    if row is None or not row.staff_ids:
        raise Refused(
            "department_unknown", "There is no such department, or no such case manager in it."
        )
    return Load(
        clients=clients,
        messages=messages,
        department_id=row.id,
        number=row.number,
        staff_ids=row.staff_ids,
        first_number=row.known,
        begins=now - timedelta(days=365),
        ends=now,
        seed=row.known,
    )


def rows_of(load: Load) -> tuple[Rows, list[str]]:
    """All rows, and the texts among them, in memory; no transaction waits for it.

    What a conversation came to is known when all its texts are made, but must be in its table
    before the texts that refer to it.
    """
    rows = Rows(load, Random(load.seed))  # noqa: S311 - made-up people are no secret
    rows.begin()
    return rows, list(rows.messages())


async def copy_load(tx: Transaction, rows: Rows, texts: list[str]) -> None:
    """Clients, then what their texts came to, then the texts. Tells nobody."""
    raw = await tx.connection.get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)
    for table, columns, lines in (
        ("client", _CLIENT, rows.clients()),
        ("client_number", _NUMBER, rows.numbers()),
        ("conversation", _CONVERSATION, rows.conversations()),
        ("conversation_summary", _SUMMARY, rows.summaries()),
        ("assignment", _ASSIGNMENT, rows.assignments()),
        ("message", _MESSAGE, iter(texts)),
    ):
        await _copy(connection, table, columns, lines)


async def _copy(
    connection: "AsyncConnection[tuple[object, ...]]",
    table: str,
    columns: str,
    lines: Iterator[str],
) -> None:
    statement = f"copy {table} ({columns}) from stdin"
    async with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        while chunk := "".join(islice(lines, _LINES_AT_ONCE)):
            await copy.write(chunk)
