"""Where the journal lacks a fact: what waits behind it, and what lies parked instead."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text

from clientcomm_chassis import Command, gauge
from clientcomm_contracts.faults import Unavailable
from clientcomm_export.adapters.journal_queue import QUEUE
from clientcomm_export.adapters.journal_statements import PROGRESS
from clientcomm_persistence import Database, Transaction

log = structlog.get_logger()

_WORTH_A_LOOK_AFTER = timedelta(minutes=1)
LOOK_EVERY = 15.0
"""Seconds from one round of the watch to the next."""

_MOST_PARKED = 1000

_count = gauge("journal_gaps", "Conversations and others that lack a fact for over a minute")
_oldest = gauge("journal_gap_oldest_seconds", "How long the oldest of these has been lacking one")

_HELD = text("""
    SELECT aggregate_id, count(*) AS waiting, min(held_at) AS since, now() AS at
    FROM holding GROUP BY aggregate_id
""")
_PARKED = text("""
    SELECT id, body, parked_at, now() AS at FROM parked WHERE queue = :queue
    ORDER BY parked_at LIMIT :most
""")


@dataclass
class Gap:
    """An aggregate that the journal holds up to a sequence only, though there is more."""

    aggregate_id: UUID
    since: datetime
    age: timedelta
    waiting: int = 0
    last_sequence: int = 0
    parked: list[UUID] = field(default_factory=list)


async def find_gaps(database: Database) -> Sequence[Gap]:
    """All gaps, the oldest first."""
    return await database.run(_find)


async def _find(tx: Transaction) -> Sequence[Gap]:
    gaps = {
        row.aggregate_id: Gap(row.aggregate_id, row.since, row.at - row.since, row.waiting)
        for row in await tx.execute(_HELD)
    }
    rows = (await tx.execute(_PARKED, {"queue": QUEUE, "most": _MOST_PARKED})).all()
    parked = [(place, row) for row in rows if (place := _place(bytes(row.body))) is not None]
    known = await tx.execute(PROGRESS, {"ids": [*gaps, *{place[0] for place, _ in parked}]})
    reached = {row.id: row.last_sequence for row in known}
    for (aggregate_id, sequence), row in parked:
        if sequence > reached.get(aggregate_id, 0):
            fresh = Gap(aggregate_id, row.parked_at, row.at - row.parked_at)
            gaps.setdefault(aggregate_id, fresh).parked.append(row.id)
    for gap in gaps.values():
        gap.last_sequence = reached.get(gap.aggregate_id, 0)
    return sorted(gaps.values(), key=lambda gap: gap.since)


def _place(body: bytes) -> tuple[UUID, int] | None:
    """Aggregate and sequence of a fact; None where not even these can be read."""
    try:
        said = orjson.loads(body)
        return UUID(said["aggregate_id"]), int(said["sequence"])
    except (ValueError, KeyError, TypeError):
        return None


class GapWatch:
    """One round keeps the figures of gaps, and logs when their number changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = 0

    async def __call__(self) -> None:
        """Count once."""
        try:
            gaps = await find_gaps(self._database)
        except Unavailable:
            log.warning("gap_watch_waits")
            return
        old = [gap.age for gap in gaps if gap.age >= _WORTH_A_LOOK_AFTER]
        _count.set(len(old))
        _oldest.set(max(old, default=timedelta()).total_seconds())
        if len(old) != self._told:
            self._told = len(old)
            log.warning("journal_gaps", gaps=len(old))


def gaps_command(open_database: Callable[[], Database]) -> Command:
    """`gaps`: one line of JSON for each, with the parked items that would fill it."""

    async def run(_arguments: Sequence[str]) -> int:
        database = open_database()
        try:
            for gap in await find_gaps(database):
                sys.stdout.write(_line(gap) + "\n")
        finally:
            await database.close()
        return 0

    return run


def _line(gap: Gap) -> str:
    return json.dumps(
        {
            "aggregate_id": str(gap.aggregate_id),
            "complete_up_to_sequence": gap.last_sequence,
            "waiting_behind": gap.waiting,
            "since": gap.since.isoformat(),
            "parked": [str(parked_id) for parked_id in gap.parked],
        }
    )
