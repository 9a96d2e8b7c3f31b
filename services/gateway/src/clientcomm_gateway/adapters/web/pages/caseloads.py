"""Many conversations are transferred or closed: ticked, looked over in numbers, done."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.responses import Response

from clientcomm_contracts.conversations.caseload import (
    MOST_AT_ONCE,
    CaseloadReply,
    CloseConversations,
    TransferConversations,
)
from clientcomm_contracts.conversations.directory import ListStaff
from clientcomm_contracts.conversations.labels import ListLabels
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.caseload import (
    count_of,
    note_of,
    outcome_of,
    receiver_of,
)
from clientcomm_gateway.adapters.web.pages.conversations import note_rows, staff_for
from clientcomm_gateway.adapters.web.pages.mass_messages import title_of_skipped
from clientcomm_gateway.adapters.web.pages.offering import require_role
from clientcomm_gateway.adapters.web.present.caseload import case_managers, left_out_row, moves_view
from clientcomm_gateway.adapters.web.present.labels import label_choices
from clientcomm_gateway.adapters.web.present.lists import list_view
from clientcomm_gateway.adapters.web.present.picker import client_picker, list_asked_for
from clientcomm_gateway.adapters.web.queries import ListQuery
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import (
    CaseloadPreviewPage,
    Choice,
    ChoosePage,
    Form,
    SkippedRow,
)
from clientcomm_gateway.adapters.web.visits import MAY_CLOSE, MAY_TRANSFER, Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_

_WITHIN = 15.0
_STAFF = 500
_PAGE = 500
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What is done with those that were ticked: where, with which choice, and how it is noted."""

    root: str
    field: str
    deed: Deed
    notice: str

    @property
    def is_transfer(self) -> bool:
        """Whether somebody else gets them; else they are closed."""
        return self.field == "staff_id"

    @property
    def fields(self) -> tuple[str, ...]:
        """What errors stand beside."""
        return (self.field, "note", "conversation_id")


TRANSFER = Undertaking("/transfers", "staff_id", Deed.CONVERSATION_TRANSFERRED, "many_transferred")
CLOSING = Undertaking("/closings", "outcome_id", Deed.CONVERSATION_CLOSED, "many_closed")


async def show_new(visit: Visit, what: Undertaking) -> Response:
    """Choose whom; ticks survive searching and paging."""
    require_role(visit, MAY_TRANSFER if what.is_transfer else MAY_CLOSE)
    parameters = visit.request.query_params
    chosen = [one for one in parameters.getlist("conversation_id") if id_of(one)]
    return await _choose(visit, what, parameters, fresh_form(), chosen)


async def edit(visit: Visit, typed: Typed, what: Undertaking) -> Response:
    """The choice again, with all that match the search if that was wanted."""
    chosen = [str(one) for one in typed.ids("conversation_id")]
    parameters = list_asked_for(visit.request.query_params, typed)
    if visit.request.query_params.get("all"):
        chosen += await _all_that_match(visit, parameters)
    form = Form(typed.line("repeat_key") or fresh_form().repeat_key, typed.values())
    return await _choose(visit, what, parameters, form, chosen)


async def preview(visit: Visit, typed: Typed, what: Undertaking) -> Response:
    """In numbers, what would move or end, and who stays and why."""
    try:
        reply = await _ask(visit, typed, what, is_preview=True)
    except Refused as refused:
        return await _again(visit, typed, what, refused)
    choices = await _choices(visit, what, typed.line(what.field))
    page = CaseloadPreviewPage(
        is_transfer=what.is_transfer,
        href=what.root,
        edit_href=f"{what.root}/edit",
        moves=moves_view(reply.moves),
        field=what.field,
        choice=next((one for one in choices if one.is_chosen), None),
        note=typed.text("note"),
        conversation_ids=tuple(map(str, reply.done)),
        left_out=await _left_out(visit, reply),
        form=Form(typed.line("repeat_key") or fresh_form().repeat_key, typed.values()),
    )
    return visit.site.renderer.page("caseload_preview.html", visit.shell(), page)


async def carry_out(visit: Visit, typed: Typed, what: Undertaking) -> Response:
    """Do it, once."""
    try:
        reply = await _ask(visit, typed, what, is_preview=False)
    except Refused as refused:
        return await _again(visit, typed, what, refused)
    await visit.note_deed(what.deed, *reply.done)
    return back("/conversations", notice=what.notice)


async def _ask(visit: Visit, typed: Typed, what: Undertaking, *, is_preview: bool) -> CaseloadReply:
    chosen = typed.ids("conversation_id")
    if not chosen:
        raise field_refused("conversation_id", N_("Tick at least one client."))
    if len(chosen) > MOST_AT_ONCE:
        raise field_refused("conversation_id", N_("Choose at most 1,000 clients at once."))
    key = None if is_preview else typed.repeat_key
    if what.is_transfer:
        transfers = TransferConversations(
            asker=visit.asker,
            repeat_key=key,
            conversation_ids=chosen,
            staff_id=receiver_of(typed),
            note=note_of(typed),
            tell_clients=bool(typed.text("tell_clients")),
            is_preview=is_preview,
        )
        return await visit.ask(transfers, within=_WITHIN)
    closings = CloseConversations(
        asker=visit.asker,
        repeat_key=key,
        conversation_ids=chosen,
        outcome_id=outcome_of(typed),
        unread_shown=None if is_preview else count_of(typed.line("unread_shown")),
        is_preview=is_preview,
    )
    return await visit.ask(closings, within=_WITHIN)


async def _again(visit: Visit, typed: Typed, what: Undertaking, refused: Refused) -> Response:
    form = form_again(typed, refused, visit.speech, what.fields)
    chosen = [str(one) for one in typed.ids("conversation_id")]
    status = status_of(refused)
    parameters = list_asked_for(visit.request.query_params, typed)
    return await _choose(visit, what, parameters, form, chosen, status=status)


async def _choose(
    visit: Visit,
    what: Undertaking,
    parameters: QueryParams,
    form: Form,
    chosen: Sequence[str],
    *,
    status: int = 200,
) -> Response:
    query = ListQuery.of(parameters, visit.account)
    me, reply, staff, choices = await asyncio.gather(
        visit.me(),
        visit.ask(query.request(visit.asker)),
        staff_for(visit, query),
        _choices(visit, what, form.value(what.field)),
    )
    await note_rows(visit, reply)
    ticked = frozenset(chosen)
    view = list_view(query, reply, me, visit.account, visit.speech, staff=staff, chosen=ticked)
    page = ChoosePage(
        is_transfer=what.is_transfer,
        choices=choices,
        root=what.root,
        form=form,
        picker=client_picker(
            view, query, chosen, root=what.root, cursor=reply.next, takes_all=True
        ),
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("caseload_new.html", shell, page, status=status)


async def _choices(visit: Visit, what: Undertaking, chosen: str) -> tuple[Choice, ...]:
    """Receivers, or outcomes with their departments where one has several."""
    me = await visit.me()
    names = {one.id: one.department_name for one in me.departments}
    if what.is_transfer:
        staff = await visit.ask(ListStaff(asker=visit.asker, limit=_STAFF))
        is_over_others = visit.account.holds(Role.SUPERVISOR, Role.ADMINISTRATOR)
        besides = None if is_over_others else visit.account.staff_id
        return case_managers(staff.items, departments=names, chosen=chosen, besides=besides)
    labels = await visit.ask(ListLabels(asker=visit.asker))
    return label_choices(labels.outcomes, chosen, names=names if len(names) > 1 else None)


async def _all_that_match(visit: Visit, parameters: QueryParams) -> list[str]:
    """Everybody in the list as it is filtered, up to as many as can be changed at once."""
    query = ListQuery.of(parameters, visit.account).change()
    found: list[str] = []
    while len(found) < MOST_AT_ONCE:
        reply = await visit.ask(query.request(visit.asker, limit=_PAGE))
        await note_rows(visit, reply)
        found += [str(row.id) for row in reply.items]
        if reply.next is None:
            break
        query = query.change(cursor=reply.next)
    return found[:MOST_AT_ONCE]


async def _left_out(visit: Visit, reply: CaseloadReply) -> tuple[SkippedRow, ...]:
    """The first ones by name; of the rest the reason is told."""
    named = await asyncio.gather(*(title_of_skipped(visit, one) for one in reply.left_out[:_NAMED]))
    names = [*named, *([""] * (len(reply.left_out) - len(named)))]
    return tuple(
        left_out_row(one, name, visit.speech)
        for one, name in zip(reply.left_out, names, strict=True)
    )
