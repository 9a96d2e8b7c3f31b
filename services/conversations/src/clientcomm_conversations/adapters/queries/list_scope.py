"""Which part of the list's table an asker's box is made of (rules 1.1, 2.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, false, func, literal, or_, select
from sqlalchemy import literal_column as verbatim
from sqlalchemy.sql.selectable import FromClause

from clientcomm_contracts.conversations.reading import Box, ListConversations
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.adapters.tables.conversations import conversation_summary
from clientcomm_conversations.adapters.tables.departments import department
from clientcomm_conversations.domain.permissions import Reach, Relation, Right, StaffRights, reach

_summary = conversation_summary.c
_INBOX_STATES = (ConversationState.UNASSIGNED, ConversationState.BLOCKED)


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows found under each of `keys` in `column`, and narrowed by `condition`.

    Each key is one run through an index in the list's order, so that a page costs the same in a
    department of 100 and of 100,000 conversations.
    """

    column: ColumnElement[UUID]
    keys: FromClause
    condition: ColumnElement[bool]


def branches(rights: StaffRights, request: ListConversations) -> list[Branch]:
    """The parts of the asker's box; none if there is nothing that they may see in it."""
    match request.box:
        case Box.UNASSIGNED:
            found = [_inbox(rights, request)]
        case Box.DEPARTMENT:
            found = [
                _departments(rights, request),
                _inbox(rights, request, besides_all=True),
                _caseload(rights, request, besides_all=True),
            ]
        case Box.MINE if request.state in _INBOX_STATES:
            found = [_inbox(rights, request)]
        case Box.MINE:
            found = [_caseload(rights, request)]
        case Box.COVERING:
            found = [_covered(rights, request)]
    return [branch for branch in found if branch is not None]


def _departments(rights: StaffRights, request: ListConversations) -> Branch | None:
    seen = _within(reach(rights, Right.SEE, Relation.COLLEAGUES), request.department_id)
    if seen.is_empty():
        return None
    return Branch(_summary.department_id, _keys(seen), _in_state(request))


def _inbox(
    rights: StaffRights, request: ListConversations, *, besides_all: bool = False
) -> Branch | None:
    if request.state is not None and request.state not in _INBOX_STATES:
        return None
    seen = _within(reach(rights, Right.SEE, Relation.UNASSIGNED), request.department_id)
    if besides_all:
        seen = _without(seen, reach(rights, Right.SEE, Relation.COLLEAGUES))
    if seen.is_empty():
        return None
    state = request.state or ConversationState.UNASSIGNED
    return Branch(_summary.department_id, _keys(seen), _summary.state == _constant(state))


def _caseload(
    rights: StaffRights, request: ListConversations, *, besides_all: bool = False
) -> Branch | None:
    seen = _within(reach(rights, Right.SEE, Relation.ASSIGNED), request.department_id)
    if besides_all:
        seen = _without(seen, reach(rights, Right.SEE, Relation.COLLEAGUES))
    return _assigned([rights.staff_id, *rights.covers], seen, request)


def _covered(rights: StaffRights, request: ListConversations) -> Branch | None:
    seen = _within(reach(rights, Right.SEE, Relation.COVERING), request.department_id)
    return _assigned(sorted(rights.covers), seen, request)


def _assigned(staff_ids: Sequence[UUID], seen: Reach, request: ListConversations) -> Branch | None:
    if seen.is_empty() or not staff_ids:
        return None
    condition = _in_state(request)
    if not seen.everywhere:
        # Written so that no index is chosen for it: the caseload's own has the right order.
        place = func.array_position(_ids(seen.departments), _summary.department_id)
        condition = condition & place.is_not(None)
    return Branch(_summary.assigned_to, _listed(staff_ids), condition)


def _in_state(request: ListConversations) -> ColumnElement[bool]:
    """The state asked for; open and unassigned ones if none is."""
    if request.state is not None:
        return _summary.state == _constant(request.state)
    return or_(
        _summary.state == _constant(ConversationState.OPEN),
        _summary.state == _constant(ConversationState.UNASSIGNED),
    )


def _constant(state: ConversationState) -> ColumnElement[str]:
    # Not a parameter: a plan made for any value could not use the partial index of one.
    return verbatim(f"'{state.value}'")


def _within(seen: Reach, department_id: UUID | None) -> Reach:
    if department_id is None:
        return seen
    here = frozenset({department_id}) if seen.includes(department_id) else frozenset()
    return Reach(everywhere=False, departments=here)


def _without(seen: Reach, others: Reach) -> Reach:
    if others.everywhere:
        return Reach(everywhere=False, departments=frozenset())
    return Reach(seen.everywhere, seen.departments - others.departments)


def _keys(seen: Reach) -> FromClause:
    if seen.everywhere:
        return select(department.c.id.label("key")).subquery("keys")
    return _listed(sorted(seen.departments))


def _listed(ids: Sequence[UUID]) -> FromClause:
    return func.unnest(_ids(ids)).table_valued("key", name="keys").render_derived()


def _ids(ids: Sequence[UUID] | frozenset[UUID]) -> ColumnElement[Sequence[UUID]]:
    return literal(list(ids), ARRAY(Uuid()))


def visible(parts: Sequence[Branch]) -> ColumnElement[bool]:
    """True of rows in any of these parts; only the place where a page ended is looked up so."""
    return or_(
        false(),
        *(part.column.in_(select(part.keys.c.key)) & part.condition for part in parts),
    )
