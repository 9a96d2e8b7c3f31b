"""What is to be seen after a run: the carrier's ledger, and what each service has stored."""

import json
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from tests.resilience.record import Record

from clientcomm_testkit.stacks import RunningStack

Row = dict[str, Any]
SERVICES = ("conversations", "sms", "scheduler", "export", "gateway")

_MESSAGES = """
    SELECT m.id::text, m.conversation_id::text, m.direction, m.author, m.lane, m.position, m.body,
        m.state, m.version, m.number_to, m.number_from, m.error_code, m.occurrence_id::text,
        m.mass_message_id::text, m.inbound_id::text
    FROM message m WHERE m.number_to = ANY(%(phones)s) OR m.number_from = ANY(%(phones)s)
"""
_OUTGOING = """
    SELECT message_id::text AS id, state, reported, version, sid, error_code, number_to,
        lease_until > clock_timestamp() AS is_leased
    FROM outgoing_text WHERE number_to = ANY(%(phones)s)
"""
_ATTEMPTS = """
    SELECT a.message_id::text, a.sid, a.state, a.started_at
    FROM attempt a WHERE a.number_to = ANY(%(phones)s)
"""
_INBOUND = "SELECT id::text, sid, body FROM inbound_text WHERE number_from = ANY(%(phones)s)"
_CONVERSATIONS = """
    SELECT c.id::text, c.sequence, s.scheduled_count, s.unread_count, s.is_opted_out,
        coalesce(c.sender, s.primary_number) AS phone,
        (SELECT count(*) FROM message m WHERE m.conversation_id = c.id
            AND m.direction = 'inbound') AS inbound_count
    FROM conversation c JOIN conversation_summary s ON s.conversation_id = c.id
    WHERE c.sender = ANY(%(phones)s) OR s.primary_number = ANY(%(phones)s)
"""
_MARKERS = """
    SELECT details->>'number' AS phone, kind FROM marker
    WHERE kind IN ('call_received', 'opted_out')
"""
_CALLS = "SELECT number_from AS phone FROM received_call WHERE number_from = ANY(%(phones)s)"
_OPT_OUTS = "SELECT number, is_opted_out FROM opt_out WHERE number = ANY(%(phones)s)"
_PENDING_MASS = """
    SELECT count(*) AS n FROM mass_recipient WHERE message_id IS NULL AND skipped_code IS NULL
"""
_OCCURRENCES = """
    SELECT o.id::text, o.schedule_id::text, o.state, o.refusal_code, s.body
    FROM occurrence o JOIN schedule s ON s.id = o.schedule_id
    WHERE s.conversation_id::text = ANY(%(conversations)s)
"""
_JOURNAL = """
    SELECT aggregate_id::text, sequence, name, body->>'message_id' AS message_id,
        body->>'state' AS state
    FROM journal WHERE aggregate_id::text = ANY(%(conversations)s)
    ORDER BY aggregate_id, sequence
"""
_THREADS = """
    SELECT id::text, state FROM thread_entry WHERE conversation_id::text = ANY(%(conversations)s)
        AND kind = 'message'
"""
_TAKEN = """
    SELECT value AS phone FROM client_number UNION
    SELECT sender FROM conversation WHERE sender IS NOT NULL
"""


@dataclass(frozen=True)
class Evidence:
    """One look at everything."""

    ledger: Sequence[Row]
    messages: Sequence[Row]
    outgoing: Sequence[Row]
    attempts: Sequence[Row]
    inbound: Sequence[Row]
    conversations: Sequence[Row]
    markers: Counter[tuple[str, str]]
    calls: Counter[str]
    opt_outs: Sequence[Row]
    occurrences: Sequence[Row]
    journal: Sequence[Row]
    threads: Mapping[str, str]
    left_over: Mapping[str, int]

    @property
    def sent(self) -> list[Row]:
        """What the carrier accepted from us, in the order of acceptance."""
        return [entry for entry in self.ledger if entry["direction"] != "inbound"]

    @property
    def received(self) -> list[Row]:
        return [entry for entry in self.ledger if entry["direction"] == "inbound"]

    @property
    def outbound(self) -> list[Row]:
        return [message for message in self.messages if message["direction"] == "outbound"]


def gather(stack: RunningStack, record: Record) -> Evidence:
    """Look into everything. Raises psycopg.Error while a database is away."""
    phones = {"phones": record.phones}
    conversations = _rows(stack, "conversations", _CONVERSATIONS, phones)
    ours = {"conversations": [row["id"] for row in conversations]}
    markers = _rows(stack, "conversations", _MARKERS, {})
    return Evidence(
        ledger=_ledger(stack, set(record.phones)),
        messages=_rows(stack, "conversations", _MESSAGES, phones),
        outgoing=_rows(stack, "sms", _OUTGOING, phones),
        attempts=_rows(stack, "sms", _ATTEMPTS, phones),
        inbound=_rows(stack, "sms", _INBOUND, phones),
        conversations=conversations,
        markers=Counter((row["phone"], row["kind"]) for row in markers),
        calls=Counter(row["phone"] for row in _rows(stack, "sms", _CALLS, phones)),
        opt_outs=_rows(stack, "sms", _OPT_OUTS, phones),
        occurrences=_rows(stack, "scheduler", _OCCURRENCES, ours),
        journal=_rows(stack, "export", _JOURNAL, ours),
        threads={row["id"]: row["state"] for row in _rows(stack, "export", _THREADS, ours)},
        left_over=_left_over(stack),
    )


def phones_known_to(stack: RunningStack) -> set[str]:
    """Numbers that somebody of the demo data has."""
    return {row["phone"] for row in _rows(stack, "conversations", _TAKEN, {})}


def _left_over(stack: RunningStack) -> Mapping[str, int]:
    """Work that is not done yet, by where it waits; the broker is asked when nothing else is."""
    counts = {
        f"{table} of {service}": _count(stack, service, f"SELECT count(*) AS n FROM {table}")
        for service in SERVICES
        for table in ("outbox", "parked")
    }
    counts["webhook requests"] = _count(
        stack, "sms", "SELECT count(*) AS n FROM webhook_request WHERE done_at IS NULL"
    )
    counts["mass recipients"] = _count(stack, "conversations", _PENDING_MASS)
    counts["held facts"] = _count(stack, "export", "SELECT count(*) AS n FROM holding")
    if not any(counts.values()):
        counts |= {f"queue {name}": depth for name, depth in stack.queue_depths().items()}
    return {place: count for place, count in counts.items() if count}


def is_quiet(stack: RunningStack) -> bool:
    """Whether no event or command is under way from one service to another."""
    waiting = (_count(stack, one, "SELECT count(*) AS n FROM outbox") for one in SERVICES)
    return not any(waiting) and not any(stack.queue_depths().values())


def _rows(stack: RunningStack, service: str, query: str, values: Mapping[str, object]) -> list[Row]:
    with psycopg.connect(
        stack.owner_url(service), row_factory=dict_row, connect_timeout=5
    ) as connection:
        return connection.execute(query.encode(), values).fetchall()


def _count(stack: RunningStack, service: str, query: str) -> int:
    return int(_rows(stack, service, query, {})[0]["n"])


def _ledger(stack: RunningStack, phones: set[str]) -> list[Row]:
    found: list[Row] = []
    after: int | None = 0
    while after is not None:
        url = f"{stack.simulator_url}/simulator/messages?limit=1000&after={after}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            page = json.load(answer)
        found += [one for one in page["messages"] if {one["from"], one["to"]} & phones]
        after = page["next"]
    return found
