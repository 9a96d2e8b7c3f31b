"""The list of conversations: filters, search, sorts and keyset paging (rule 2.13)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union_all,
)

from clientcomm_contracts.conversations.reading import ListConversations
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.labels import is_due
from clientcomm_conversations.adapters.queries.list_order import Key, Order, order_of
from clientcomm_conversations.adapters.queries.list_scope import Branch, branches, visible
from clientcomm_conversations.adapters.queries.rows import conversation_row, facts_of
from clientcomm_conversations.adapters.tables.conversations import (
    conversation,
    conversation_search,
    conversation_summary,
)
from clientcomm_conversations.adapters.tables.departments import category, status
from clientcomm_conversations.adapters.tables.staff import staff
from clientcomm_conversations.application.reading import ConversationPage
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.search_words import sought

_summary = conversation_summary.c
_searched = conversation_search.c.search_text
_SHOWN = tuple(
    column
    for column in _summary
    if column.name not in {"search_text", "schedule_version", "delivery_problem_at"}
)
_LABELS = tuple(
    column.label(f"{table.name}_{column.name}")
    for table in (status, category)
    for column in (table.c.name, table.c.colour)
)
_TRIGRAM = 3
# Of a hundred pages of the table so many are looked at; fewer rows than this are few.
_SAMPLE = 2
_FEW = 3_000
# For the session, since all its questions want the same.
_RESEMBLES = text("select set_config('pg_trgm.word_similarity_threshold', '0.5', false)")


async def conversations(
    tx: Executes, rights: StaffRights, request: ListConversations, now: datetime
) -> ConversationPage:
    """One page of what this person may see, and how many of the box's are unread.

    A name that is found nowhere is looked for again among similar ones; a number is not.
    """
    parts = branches(rights, request)
    if not parts:
        return ConversationPage(items=(), facts=(), next=None, unread_conversations=0)
    filters = _filters(request, now)
    page = await _page(tx, request, parts, [*filters, *_matching(request.q)])
    if not page.items and _is_a_name(request.q) and request.cursor is None:
        await tx.execute(_RESEMBLES)
        page = await _page(tx, request, parts, [*filters, *_resembling(request.q)])
    return ConversationPage(
        items=page.items,
        facts=page.facts,
        next=page.next,
        unread_conversations=await _unread(tx, parts),
    )


async def _page(
    tx: Executes,
    request: ListConversations,
    parts: Sequence[Branch],
    filters: Sequence[ColumnElement[bool]],
) -> ConversationPage:
    order = order_of(request)
    conditions = list(filters)
    if request.cursor is not None:
        conditions.append(order.after(request.cursor, anchored=visible(parts)))
    is_selective = _looks_for_words(request) or await _are_few(tx, request, filters)
    statement = _statement(parts, conditions, order, request.limit + 1, is_selective=is_selective)
    found = await tx.execute(statement)
    rows = found.mappings().all()
    page = rows[: request.limit]
    return ConversationPage(
        items=tuple(conversation_row(row) for row in page),
        facts=tuple(facts_of(row) for row in page),
        next=order.cursor(page[-1]) if len(rows) > request.limit else None,
        unread_conversations=0,
    )


def _statement(
    parts: Sequence[Branch],
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    limit: int,
    *,
    is_selective: bool,
) -> Select[tuple[object, ...]]:
    runs = [_run(part, conditions, order, limit, is_selective=is_selective) for part in parts]
    gathered = union_all(*runs).subquery("gathered") if len(runs) > 1 else runs[0].subquery()
    page = select(gathered).order_by(*order.columns(_named(gathered))).limit(limit).subquery("page")
    return (
        select(*_SHOWN, *_LABELS, staff.c.full_name.label("staff_name"), conversation.c.sequence)
        .select_from(page)
        .join(conversation_summary, _summary.conversation_id == page.c.by_conversation_id)
        .join(conversation, conversation.c.id == page.c.by_conversation_id)
        .outerjoin(staff, staff.c.id == _summary.assigned_to)
        .outerjoin(status, status.c.id == _summary.status_id)
        .outerjoin(category, category.c.id == _summary.category_id)
        .order_by(*order.columns(_named(page)))
    )


def _run(
    part: Branch,
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    limit: int,
    *,
    is_selective: bool,
) -> Select[tuple[object, ...]]:
    """The first rows under each key of a part, each an ordered run through an index.

    Only what the order needs is carried along; the page's rows are looked up in the end.
    """
    matching = select(*(key.expression.label(f"by_{key.column}") for key in order.keys)).where(
        part.column == part.keys.c.key, part.condition, *conditions
    )
    if is_selective:
        # A fence: what was looked for is found by its own index first, and put in order then.
        found = matching.offset(0).lateral("found")
        return select(found).select_from(part.keys.join(found, true()))
    ordered = matching.order_by(*order.columns(lambda key: key.expression)).limit(limit)
    first = ordered.lateral("first")
    return select(first).select_from(part.keys.join(first, true()))


def _named(rows: Subquery) -> Callable[[Key], ColumnElement[object]]:
    """Finds an order's columns again in rows that carry them by name."""
    return lambda key: rows.c[f"by_{key.column}"]


async def _unread(tx: Executes, parts: Sequence[Branch]) -> int:
    counts = [
        select(func.count())
        .select_from(conversation_summary)
        .where(part.column.in_(select(part.keys.c.key)), part.condition, _summary.is_unread)
        .scalar_subquery()
        for part in parts
    ]
    total: ColumnElement[int] = counts[0]
    for count in counts[1:]:
        total = total + count
    found = await tx.execute(select(total))
    return int(found.scalar_one())


def _filters(request: ListConversations, now: datetime) -> list[ColumnElement[bool]]:
    wanted = (
        (_summary.is_unread, request.unread),
        (_summary.has_delivery_problem, request.delivery_problem),
        (_summary.assigned_to, request.assigned_to),
        (_summary.language, request.language),
        (_summary.status_id, request.status),
        (_summary.category_id, request.category),
        (is_due(now), request.due),
    )
    return [column == value for column, value in wanted if value is not None]


def _looks_for_words(request: ListConversations) -> bool:
    """True if few rows are expected, for which another index than the order's is better."""
    longest = max((len(word) for word in sought(request.q).words), default=0)
    return longest >= _TRIGRAM


async def _are_few(
    tx: Executes, request: ListConversations, filters: Sequence[ColumnElement[bool]]
) -> bool:
    """True if a status, or being due, leaves few: gathered and sorted they come sooner.

    Many are met soon on a run through the order's index. A sample of the table tells.
    """
    if request.status is None and not request.due:
        return False
    pages = conversation_summary.tablesample(func.system(_SAMPLE), name="pages")
    sample = select(pages.c.conversation_id).subquery("sample")
    found = await tx.execute(
        select(func.count())
        .select_from(sample)
        .join(conversation_summary, _summary.conversation_id == sample.c.conversation_id)
        .where(*filters)
    )
    return int(found.scalar_one()) * 100 < _FEW * _SAMPLE


def _is_a_name(typed: str) -> bool:
    return bool(typed) and not any(letter.isdigit() for letter in typed)


def _matching(typed: str) -> list[ColumnElement[bool]]:
    """Every word occurs in the name, a number or the id number; or the digits of a number do."""
    looked_for = sought(typed)
    if not looked_for.words:
        return []
    is_indexed = max(map(len, looked_for.words)) >= _TRIGRAM
    column = _searched if is_indexed else _summary.search_text
    found = and_(*(column.contains(word, autoescape=True) for word in looked_for.words))
    if looked_for.digits:
        found = or_(found, column.contains(looked_for.digits))
    return [_is_among(found) if is_indexed else found]


def _resembling(typed: str) -> list[ColumnElement[bool]]:
    """Every word resembles a word of the name (trigrams)."""
    words = sought(typed).words
    resembles = (literal(word).op("<%", is_comparison=True)(_searched) for word in words)
    return [_is_among(and_(true(), *resembles))]


def _is_among(found: ColumnElement[bool]) -> ColumnElement[bool]:
    """Among those that the index of the table made for it finds."""
    return _summary.conversation_id.in_(select(conversation_search.c.conversation_id).where(found))
