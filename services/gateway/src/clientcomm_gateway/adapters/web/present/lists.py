"""The client list as a page shows it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.labels import LabelsReply
from clientcomm_contracts.conversations.reading import Box, ConversationSort, ConversationsReply
from clientcomm_contracts.conversations.views import ConversationRow, StaffView
from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.web.present.choices import language_choices
from clientcomm_gateway.adapters.web.present.labels import (
    follow_up_banner,
    label_choices,
    label_marks,
)
from clientcomm_gateway.adapters.web.queries import ListQuery, boxes_of
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views import (
    BoxTab,
    Choice,
    ListFilters,
    ListRow,
    ListView,
    SortLink,
)
from clientcomm_gateway.adapters.web.visits import MAY_CLOSE, MAY_TRANSFER
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.words import N_

UTC = "UTC"

_STATES = {
    ConversationState.OPEN: N_("Open"),
    ConversationState.UNASSIGNED: N_("Unassigned"),
    ConversationState.CLOSED: N_("Closed"),
    ConversationState.BLOCKED: N_("Blocked"),
}
_SORTS = (
    ConversationSort.DEFAULT,
    ConversationSort.NAME,
    ConversationSort.UNREAD,
    ConversationSort.LAST_CONTACT,
    ConversationSort.NEXT_APPOINTMENT,
    ConversationSort.SCHEDULED,
    ConversationSort.STATUS,
    ConversationSort.DELIVERY_PROBLEM,
)


def zones_of(me: MeReply) -> Mapping[UUID, str]:
    """The time zone of each department that one sees."""
    return {department.id: department.time_zone for department in me.departments}


def title_of(row: ConversationRow) -> str:
    """The client's name, else the sender's number."""
    name = f"{row.first_name} {row.last_name}".strip()
    return name or phone_words(row.sender or row.primary_number or "")


def row_view(
    row: ConversationRow,
    speech: Speech,
    zone: str,
    *,
    query: str = "",
    current: UUID | None = None,
    chosen: Collection[str] = (),
) -> ListRow:
    """One row of the list."""
    return ListRow(
        id=str(row.id),
        href=f"/conversations/{row.id}" + (f"?{query}" if query else ""),
        title=title_of(row),
        phone=phone_words(row.primary_number or row.sender or ""),
        state=row.state,
        unread_count=row.unread_count,
        has_delivery_problem=row.has_delivery_problem,
        is_opted_out=row.is_opted_out,
        is_unreachable=row.client_id is not None and row.primary_number is None,
        last_text=row.last_text,
        last_text_direction=row.last_text_direction,
        last_text_at=speech.moment_or_none(row.last_text_at, zone),
        last_contact_at=speech.moment_or_none(row.last_contact_at, zone),
        next_appointment_at=speech.moment_or_none(row.next_appointment_at, zone),
        scheduled_count=row.scheduled_count,
        assigned_to=row.assigned_to.full_name if row.assigned_to else None,
        id_number=row.id_number,
        is_current=row.id == current,
        is_chosen=str(row.id) in chosen,
        sequence=row.sequence,
        labels=label_marks(row),
    )


def list_view(  # noqa: PLR0913 - what was asked, what was answered, and where it stands
    query: ListQuery,
    reply: ConversationsReply,
    me: MeReply,
    account: Account,
    speech: Speech,
    *,
    staff: Sequence[StaffView] = (),
    labels: LabelsReply | None = None,
    current: UUID | None = None,
    chosen: Collection[str] = (),
) -> ListView:
    """The list with its tabs, form and paging."""
    zones = zones_of(me)
    encoded = query.encoded()
    boxes = boxes_of(account, is_covering=bool(me.covers))
    return ListView(
        tabs=tuple(_tab(box, query) for box in boxes),
        filters=_filters(query, me, staff, speech, labels),
        sorts=tuple(_sort_link(sort, query) for sort in _SORTS),
        rows=tuple(
            row_view(
                row,
                speech,
                zones.get(row.department_id, UTC),
                query=encoded,
                current=current,
                chosen=chosen,
            )
            for row in reply.items
        ),
        first_href=_href(query.change()) if query.cursor else None,
        next_href=_href(query.change(cursor=reply.next)) if reply.next else None,
        clear_href=_href(ListQuery(box=query.box)),
        unread_conversations=reply.unread_conversations,
        is_live=query.is_live,
        query=encoded,
        follow_ups=tuple(map(follow_up_banner, labels.follow_ups)) if labels else (),
        may_transfer=account.holds(*MAY_TRANSFER),
        may_close=account.holds(*MAY_CLOSE),
    )


def _tab(box: str, query: ListQuery) -> BoxTab:
    return BoxTab(box, _href(ListQuery(box=box)), box == query.box)


def _sort_link(sort: ConversationSort, query: ListQuery) -> SortLink:
    """A click on the current column turns the order round."""
    is_current = (query.sort or ConversationSort.DEFAULT) == sort
    turned = is_current and not query.dir
    href = _href(query.change(sort=sort, dir="desc" if turned else ""))
    return SortLink(sort, href, is_current, is_current and query.dir == "desc")


def _href(query: ListQuery) -> str:
    return f"/conversations?{query.encoded()}"


def _filters(
    query: ListQuery,
    me: MeReply,
    staff: Sequence[StaffView],
    speech: Speech,
    labels: LabelsReply | None,
) -> ListFilters:
    states = [state for state in _STATES if query.box != Box.UNASSIGNED]
    return ListFilters(
        box=query.box,
        q=query.q,
        unread=bool(query.unread),
        delivery_problem=bool(query.problem),
        due=bool(query.due),
        state=query.state,
        language=query.language,
        sort=query.sort,
        direction=query.dir,
        departments=tuple(
            Choice(str(one.id), one.department_name, str(one.id) == query.department)
            for one in me.departments
        ),
        staff=tuple(
            Choice(str(one.id), one.full_name, str(one.id) == query.assigned_to) for one in staff
        ),
        states=tuple(
            Choice(state, speech.say(_STATES[state]), state == query.state) for state in states
        ),
        languages=language_choices(query.language, speech),
        statuses=label_choices(labels.statuses, query.status) if labels else (),
        categories=label_choices(labels.categories, query.category) if labels else (),
    )
