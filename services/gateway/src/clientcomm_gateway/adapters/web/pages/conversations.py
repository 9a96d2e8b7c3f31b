"""The client list, and a conversation beside it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from clientcomm_contracts.conversations.directory import ListStaff, MeReply
from clientcomm_contracts.conversations.inbox import MaybeClient, SuggestClients
from clientcomm_contracts.conversations.labels import LabelsReply, ListLabels
from clientcomm_contracts.conversations.reading import (
    Box,
    ConversationsReply,
    GetConversation,
    GetThread,
    ThreadReply,
)
from clientcomm_contracts.conversations.views import ConversationView, StaffView
from clientcomm_contracts.faults import Refused, Unavailable, not_found
from clientcomm_contracts.scheduler import ListScheduledMessages, ScheduledMessageView
from clientcomm_contracts.values import Action, ConversationState, Role
from clientcomm_gateway.adapters.web.forms import id_of
from clientcomm_gateway.adapters.web.present.conversations import (
    assign_view,
    composer_view,
    head_view,
    scheduled_row,
)
from clientcomm_gateway.adapters.web.present.lists import list_view
from clientcomm_gateway.adapters.web.present.threads import hidden_thread, thread_view
from clientcomm_gateway.adapters.web.queries import ListQuery
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import (
    ConversationPage,
    Form,
    ListPage,
    ListView,
    ThreadView,
)
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.application.note_reading import readings_of_rows, readings_of_thread
from clientcomm_gateway.domain.words import N_

_LONGEST_CURSOR = 200
_STAFF = 500
_SCHEDULE_WITHIN = 2.0
SCHEDULE_AWAY = N_("What is scheduled cannot be shown just now.")


async def home(_visit: Visit) -> Response:
    """The list is where work begins."""
    return RedirectResponse("/conversations", 303)


async def show_list(visit: Visit) -> Response:
    """The client list alone (rule 2.13)."""
    query = ListQuery.of(visit.request.query_params, visit.account)
    me, reply, staff, labels = await asyncio.gather(
        visit.me(),
        visit.ask(query.request(visit.asker)),
        staff_for(visit, query),
        labels_for(visit, query),
    )
    await note_rows(visit, reply)
    view = ListPage(
        list_view(query, reply, me, visit.account, visit.speech, staff=staff, labels=labels)
    )
    return visit.site.renderer.page(
        "conversations.html", visit.shell(me.unread_conversations), view
    )


async def show_conversation(visit: Visit) -> Response:
    """A conversation with the list beside it."""
    return await conversation_page(visit, conversation_id_of(visit))


async def staff_for(visit: Visit, query: ListQuery) -> Sequence[StaffView]:
    """Colleagues to filter by, where the list is not one's own."""
    if query.box != "department":
        return ()
    return (await visit.ask(ListStaff(asker=visit.asker, limit=_STAFF))).items


async def labels_for(visit: Visit, query: ListQuery) -> LabelsReply:
    """Labels to filter by; on one's own list also whose follow-up is due (rule 2.12)."""
    is_own = query.box == Box.MINE and visit.account.holds(Role.CASE_MANAGER)
    return await visit.ask(ListLabels(asker=visit.asker, with_follow_ups=is_own))


def conversation_id_of(visit: Visit) -> UUID:
    """The id in the address; anything else does not exist."""
    found = id_of(visit.request.path_params["conversation_id"])
    if found is None:
        raise not_found("conversation")
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """A conversation with what waits in it, and what may be done with it at other services."""

    view: ConversationView
    actions: frozenset[Action] = frozenset()
    scheduled: Sequence[ScheduledMessageView] = ()
    schedule_problem: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What owners answered for one conversation's page."""

    me: MeReply
    list: ConversationsReply
    staff: Sequence[StaffView]
    labels: LabelsReply
    conversation: Seen
    thread: ThreadReply | None
    maybe: Sequence[MaybeClient] = ()

    @property
    def view(self) -> ConversationView:
        """What the page shows of the conversation itself."""
        return self.conversation.view


async def conversation_page(
    visit: Visit,
    conversation_id: UUID,
    *,
    composer_form: Form | None = None,
    assign_form: Form | None = None,
    status: int = 200,
) -> Response:
    """The page, also with a form given back."""
    query = ListQuery.of(visit.request.query_params, visit.account)
    gathered = await gather(visit, conversation_id, query)
    if gathered.view.row.id != conversation_id and visit.request.method == "GET":
        return RedirectResponse(f"/conversations/{gathered.view.row.id}?notice=merged_here", 303)
    page = page_view(visit, gathered, query, composer_form=composer_form, assign_form=assign_form)
    shell = visit.shell(gathered.me.unread_conversations)
    return visit.site.renderer.page("conversation.html", shell, page, status=status)


async def gather(visit: Visit, conversation_id: UUID, query: ListQuery) -> Gathered:
    """Everything at once; what others' texts were read is noted before anything is shown."""
    before = visit.request.query_params.get("before", "")[:_LONGEST_CURSOR].replace("\0", "")
    thread = GetThread(
        asker=visit.asker,
        conversation_id=conversation_id,
        before=before or None,
        around=id_of(visit.request.query_params.get("message")),
    )
    me, reply, staff, labels, seen, thread_reply = await asyncio.gather(
        visit.me(),
        visit.ask(query.request(visit.asker)),
        staff_for(visit, query),
        labels_for(visit, query),
        seen_by(visit, conversation_id),
        _thread_if_readable(visit, thread),
    )
    view = seen.view
    if view.may_assign and view.row.state is ConversationState.UNASSIGNED and not staff:
        staff = await assignable_staff(visit, view)
    maybe = await _maybe_clients(visit, view) if view.may_attach else ()
    visit.site.shown_to.add(visit.account.staff_id, (view.row.id,))
    await note_rows(visit, reply)
    if thread_reply is not None:
        await visit.site.audit.record(
            *readings_of_thread(visit.account.staff_id, visit.address, view.row)
        )
    return Gathered(me, reply, staff, labels, seen, thread_reply, maybe)


async def _maybe_clients(visit: Visit, view: ConversationView) -> Sequence[MaybeClient]:
    """Who has or had an unknown sender's number (rule 2.7)."""
    question = SuggestClients(asker=visit.asker, conversation_id=view.row.id)
    try:
        return (await visit.ask(question)).items
    except Refused:  # assigned to somebody a moment ago
        return ()


async def _thread_if_readable(visit: Visit, question: GetThread) -> ThreadReply | None:
    """None for who may see whose the conversation is, but not its texts (rule 1.1)."""
    try:
        return await visit.ask(question)
    except Refused as refused:
        if refused.kind != "not_found":
            raise
        return None


def page_view(
    visit: Visit,
    gathered: Gathered,
    query: ListQuery,
    *,
    composer_form: Form | None = None,
    assign_form: Form | None = None,
) -> ConversationPage:
    """The page's parts out of the answers."""
    speech, view, seen = visit.speech, gathered.view, gathered.conversation
    before = visit.request.query_params.get("before")
    may_edit = Action.SCHEDULE in seen.actions
    return ConversationPage(
        list=list_of(visit, gathered, query),
        conversation=head_view(view, speech, visit.account.staff_id, may=seen.actions),
        thread=_shown_thread(gathered, speech, query, is_newest=not before),
        composer=composer_view(view, speech, composer_form),
        scheduled=tuple(scheduled_row(item, speech, may_edit=may_edit) for item in seen.scheduled),
        scheduled_problem=speech.say(seen.schedule_problem or "") or None,
        assign=assign_view(view, gathered.staff, assign_form, maybe=gathered.maybe),
        is_unreachable=view.client is not None and view.row.primary_number is None,
    )


def _shown_thread(
    gathered: Gathered, speech: Speech, query: ListQuery, *, is_newest: bool
) -> ThreadView:
    reply, view = gathered.thread, gathered.view
    if reply is None:
        return hidden_thread(view)
    thread = thread_view(view.row.id, reply, speech, view, query.encoded())
    return replace(thread, is_newest=reply.is_newest and is_newest)


def list_of(visit: Visit, gathered: Gathered, query: ListQuery) -> ListView:
    """The list beside the thread."""
    return list_view(
        query,
        gathered.list,
        gathered.me,
        visit.account,
        visit.speech,
        staff=gathered.staff,
        labels=gathered.labels,
        current=gathered.view.row.id,
    )


async def seen_by(visit: Visit, conversation_id: UUID) -> Seen:
    """The conversation is shown also while scheduler is away, with a sentence that says so."""
    question = GetConversation(
        asker=visit.asker, conversation_id=conversation_id, grant_for=frozenset(Action)
    )
    reply = await visit.ask(question)
    view, grant = reply.conversation, reply.grant
    if grant is None:
        return Seen(view)
    if Action.READ not in grant.actions:
        return Seen(view, grant.actions)
    try:
        scheduled = ListScheduledMessages(grant=grant)
        items = (await visit.ask(scheduled, within=_SCHEDULE_WITHIN)).items
    except Unavailable:
        return Seen(view, grant.actions, schedule_problem=SCHEDULE_AWAY)
    return Seen(view, grant.actions, items)


async def assignable_staff(visit: Visit, view: ConversationView) -> Sequence[StaffView]:
    """Colleagues of the conversation's department."""
    question = ListStaff(asker=visit.asker, department_id=view.row.department_id, limit=_STAFF)
    return (await visit.ask(question)).items


async def note_rows(visit: Visit, reply: ConversationsReply) -> None:
    """The log knows of texts of others' conversations in a list."""
    visit.site.shown_to.add(visit.account.staff_id, (row.id for row in reply.items))
    entries = readings_of_rows(visit.account.staff_id, visit.address, reply.items)
    await visit.site.audit.record(*entries)
