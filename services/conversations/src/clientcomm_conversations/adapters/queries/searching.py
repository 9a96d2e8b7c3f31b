"""Search over the text of messages, newest first (rule 2.14).

What is rare just now is looked up in the index and then compared with whose it is. Else the newest
weeks are searched first, then some months, then everything, until a page is full: so a common word
is found at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from clientcomm_conversations.adapters.queries.cursors import (
    instant_of,
    invalid_cursor,
    micros,
    read_cursor,
    write_cursor,
)
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.found_texts import found_texts
from clientcomm_conversations.application.reading import FoundPage
from clientcomm_conversations.domain.permissions import Reach
from clientcomm_conversations.domain.search_scope import SearchScope

_CURSOR = "search"
_WINDOWS = (1, 12)
# One by one, a caseload's conversations are looked through about as fast for a quarter of a year.
_WINDOWS_OF_CASELOAD = (12,)
_RARE = 50
"""Fewer texts than this in the last two weeks: some thousands in all."""

_WEEK = timedelta(weeks=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_ID = UUID(int=(1 << 128) - 1)

# Each word in either language; a word that means nothing in both is not looked for.
_QUERY = text("""
    select string_agg('(' || wanted::text || ')', ' & ')
      from (select plainto_tsquery('texts_english', word)
                || plainto_tsquery('texts_spanish', word) as wanted
              from unnest(cast(:words as text[])) as word) as each
     where numnode(wanted) > 0
""")

_WITHIN = """at >= cast(:low as timestamptz)
         and (at, {id}) < (cast(:at as timestamptz), cast(:id as uuid))"""
_NEWEST = "order by at desc, id desc limit :limit"

_HELD = """
    held as materialized (
      select conversation_id from conversation_summary
       where assigned_to = :staff_id
         and (:own_everywhere or department_id = any(cast(:own as uuid[])))
      union all
      select conversation_id from conversation_summary
       where assigned_to = any(cast(:covers as uuid[]))
         and (:covered_everywhere or department_id = any(cast(:covered as uuid[])))
      union all
      select conversation_id from conversation_summary
       where state = 'unassigned'
         and (:inbox_everywhere or department_id = any(cast(:inbox as uuid[])))
      union all
      select conversation_id from conversation_summary
       where state = 'blocked'
         and (:inbox_everywhere or department_id = any(cast(:inbox as uuid[])))
      union all
      select only_one from (values (cast(:conversation_id as uuid))) as asked (only_one)
       where only_one is not null
    )
"""

# Fences (offset 0): few conversations are known to be looked through, whatever the words.
_IN_HELD = f"""
    (select said.id, said.at
       from held
       cross join lateral (
         select id, at from message
          where conversation_id = held.conversation_id and {_WITHIN.format(id="id")}
         offset 0) as said
       cross join lateral (
         select 1 from message_words w
          where w.message_id = said.id and w.words @@ cast(:query as tsquery)
         offset 0) as fitting
      {_NEWEST})
"""  # noqa: S608 - constants


# The other way round: few texts have the words, and each is asked whose it is.
_HITS = """
    (select hits.id, hits.at
       from hits
       join message m on m.id = hits.id
      where m.conversation_id in (select conversation_id from held)
      order by hits.at desc, hits.id desc limit :limit)
"""


@dataclass(frozen=True, slots=True)
class _Window:
    """From when on, and the weeks of it in the index; None: as far back as there is anything."""

    low: datetime | str
    weeks: Sequence[int] | None


async def search_texts(
    tx: Executes,
    scope: SearchScope,
    *,
    words: Sequence[str],
    cursor: str | None,
    limit: int,
    now: datetime,
) -> FoundPage | None:
    """One page; None where no word means anything."""
    query = (await tx.execute(_QUERY, {"words": list(words)})).scalar_one()
    if query is None:
        return None
    at, last_id = _position(cursor)
    begin = at or now + _WEEK
    is_rare = await _is_rare(tx, scope, query, begin)
    places = await _places(
        tx,
        scope,
        _everything() if is_rare else _windows(scope, begin),
        {"query": query, "at": at or "infinity", "id": last_id, "limit": limit + 1},
        is_rare=is_rare,
    )
    page = places[:limit]
    is_last = len(places) <= limit
    return FoundPage(
        items=await found_texts(tx, [message_id for _, message_id in page], query=query),
        next=None if is_last else write_cursor(_CURSOR, [micros(page[-1][0]), str(page[-1][1])]),
    )


async def _is_rare(tx: Executes, scope: SearchScope, query: str, begin: datetime) -> bool:
    if scope.conversation_id is not None:
        return False
    last = (begin - _EPOCH) // _WEEK
    asked = {"query": query, "weeks": [last - 2, last - 1, last], **_parameters(scope)}
    found = await tx.execute(_count(is_everywhere=scope.is_everywhere), asked)
    return int(found.scalar_one()) < _RARE


async def _places(
    tx: Executes,
    scope: SearchScope,
    windows: Iterator[_Window],
    asked: dict[str, Any],
    *,
    is_rare: bool,
) -> list[tuple[datetime, UUID]]:
    """Where the first hits stand. Each window holds the one before, so the last answer counts."""
    parameters = {**_parameters(scope), **asked}
    found: list[tuple[datetime, UUID]] = []
    for window in windows:
        statement = _statement(
            is_everywhere=scope.departments.everywhere,
            has_departments=not scope.departments.is_empty(),
            has_caseload=scope.has_caseload,
            has_weeks=window.weeks is not None,
            hits_everywhere=scope.is_everywhere if is_rare else None,
        )
        bounds = {"low": window.low, "weeks": list(window.weeks or ())}
        rows = await tx.execute(statement, {**parameters, **bounds})
        found = [(row.at, row.id) for row in rows]
        if len(found) >= asked["limit"]:
            break
    return found


def _everything() -> Iterator[_Window]:
    yield _Window("-infinity", None)


def _windows(scope: SearchScope, begin: datetime) -> Iterator[_Window]:
    has_departments = not scope.departments.is_empty()
    if scope.conversation_id is None:
        last = (begin - _EPOCH) // _WEEK
        for weeks in _WINDOWS if has_departments else _WINDOWS_OF_CASELOAD:
            low = begin - (weeks + 1) * _WEEK
            yield _Window(low, range((low - _EPOCH) // _WEEK, last + 1))
    yield from _everything()


@cache
def _statement(
    *,
    is_everywhere: bool,
    has_departments: bool,
    has_caseload: bool,
    has_weeks: bool,
    hits_everywhere: bool | None,
) -> TextClause:
    departments = _in_departments(is_everywhere=is_everywhere, has_weeks=has_weeks)
    if not has_caseload:
        return text(departments)
    held, caseload = _HELD, _IN_HELD
    if hits_everywhere is not None:
        held, caseload = f"{_HELD}, {_hits(is_everywhere=hits_everywhere)}", _HITS
    if not has_departments:
        return text(f"with {held} {caseload}")
    return text(f"with {held} {departments} union all {caseload} {_NEWEST}")


def _hits(*, is_everywhere: bool) -> str:
    conditions = ["words @@ cast(:query as tsquery)", _WITHIN.format(id="message_id")]
    if not is_everywhere:
        conditions.append("department_id = any(cast(:all_departments as uuid[]))")
    return f"""
    hits as materialized (
      select message_id as id, at from message_words where {" and ".join(conditions)})
    """  # noqa: S608 - constants


@cache
def _count(*, is_everywhere: bool) -> TextClause:
    where = "words @@ cast(:query as tsquery) and week = any(cast(:weeks as int[]))"
    if not is_everywhere:
        where += " and department_id = any(cast(:all_departments as uuid[]))"
    found = "select count(*) from (select 1 from message_words"
    return text(f"{found} where {where} limit {_RARE}) as few")


def _in_departments(*, is_everywhere: bool, has_weeks: bool) -> str:
    conditions = ["words @@ cast(:query as tsquery)", _WITHIN.format(id="message_id")]
    if not is_everywhere:
        conditions.append("department_id = any(cast(:departments as uuid[]))")
    if has_weeks:
        conditions.append("week = any(cast(:weeks as int[]))")
    return f"""
    (select message_id as id, at from message_words
      where {" and ".join(conditions)} {_NEWEST})
    """  # noqa: S608 - constants


def _parameters(scope: SearchScope) -> dict[str, Any]:
    return {
        "staff_id": scope.staff_id,
        "covers": list(scope.covers),
        "departments": list(scope.departments.departments),
        "all_departments": list(scope.all_departments),
        "conversation_id": scope.conversation_id,
        **_reach("own", scope.own),
        **_reach("covered", scope.covered),
        **_reach("inbox", scope.inbox),
    }


def _reach(name: str, part: Reach) -> dict[str, Any]:
    return {f"{name}_everywhere": part.everywhere, name: list(part.departments)}


def _position(cursor: str | None) -> tuple[datetime | None, UUID]:
    if cursor is None:
        return None, _LAST_ID
    at, message_id = read_cursor(_CURSOR, cursor, length=2)
    try:
        return instant_of(at), UUID(str(message_id))
    except ValueError:
        raise invalid_cursor() from None
