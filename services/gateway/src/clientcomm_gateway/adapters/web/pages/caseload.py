"""One conversation is transferred, closed, opened again, or labelled (2.9, 2.11, 2.12)."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.caseload import (
    LONGEST_NOTE,
    CloseConversation,
    ReopenConversation,
    TransferConversation,
)
from clientcomm_contracts.conversations.labels import LabelKind, ListLabels, SetLabels
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.conversations.views import ConversationView
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    field_refused,
    form_again,
    fresh_form,
    id_of,
)
from clientcomm_gateway.adapters.web.pages.conversations import assignable_staff, conversation_id_of
from clientcomm_gateway.adapters.web.pages.offering import require_offered
from clientcomm_gateway.adapters.web.present.caseload import case_managers, moves_of_row
from clientcomm_gateway.adapters.web.present.labels import label_choices, outcome_choices
from clientcomm_gateway.adapters.web.present.lists import title_of
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import ClosePage, Form, LabelsPage, TransferPage
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.words import N_


async def show_transfer(visit: Visit) -> Response:
    """To whom, and what goes with it, in numbers; who asked for it by e-mail is chosen."""
    asked_by = id_of(visit.request.query_params.get("staff_id"))
    values = {"staff_id": str(asked_by)} if asked_by else {}
    view = await _view(visit)
    require_transferable(view)
    return await _transfer_page(visit, view, fresh_form(values))


async def transfer(visit: Visit, typed: Typed) -> Response:
    """Give it away; the list is where one lands, since it is no longer one's own."""
    conversation_id = conversation_id_of(visit)
    try:
        staff_id = receiver_of(typed)
        await visit.ask(
            TransferConversation(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                staff_id=staff_id,
                note=note_of(typed),
                tell_client=bool(typed.text("tell_client")),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("staff_id", "note"))
        return await _transfer_page(visit, await _view(visit), form, status_of(refused))
    await visit.note_deed(Deed.CONVERSATION_TRANSFERRED, conversation_id, staff_id)
    return back("/conversations", notice="transferred")


async def show_close(visit: Visit) -> Response:
    """With which outcome, and what ends, in numbers."""
    view = await _view(visit)
    require_offered(view.may_close, view.row.state)
    return await _close_page(visit, view, fresh_form())


async def close(visit: Visit, typed: Typed) -> Response:
    """Close it; a text that came since the page was made is shown first."""
    conversation_id = conversation_id_of(visit)
    try:
        await visit.ask(
            CloseConversation(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                outcome_id=outcome_of(typed),
                unread_shown=count_of(typed.line("unread_shown")),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("outcome_id",))
        return await _close_page(visit, await _view(visit), form, status_of(refused))
    await visit.note_deed(Deed.CONVERSATION_CLOSED, conversation_id)
    return back("/conversations", notice="closed")


async def reopen(visit: Visit, _typed: Typed) -> Response:
    """Open it again; if somebody just did, it is as wanted."""
    conversation_id = conversation_id_of(visit)
    try:
        await visit.ask(ReopenConversation(asker=visit.asker, conversation_id=conversation_id))
    except Refused as refused:
        if refused.code != "not_closed":
            raise
    else:
        await visit.note_deed(Deed.CONVERSATION_REOPENED, conversation_id)
    return back(f"/conversations/{conversation_id}", notice="reopened")


async def show_labels(visit: Visit) -> Response:
    """Status and category as they are."""
    view = await _view(visit)
    require_offered(view.may_label)
    return await _labels_page(visit, view, None)


async def set_labels(visit: Visit, typed: Typed) -> Response:
    """Keep both."""
    conversation_id = conversation_id_of(visit)
    try:
        await visit.ask(
            SetLabels(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                conversation_id=conversation_id,
                changes=frozenset(LabelKind),
                status_id=id_of(typed.line("status_id")),
                category_id=id_of(typed.line("category_id")),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("status_id", "category_id"))
        return await _labels_page(visit, await _view(visit), form, status_of(refused))
    await visit.note_deed(Deed.LABELS_SET, conversation_id)
    return back(f"/conversations/{conversation_id}", notice="labels_saved")


def require_transferable(view: ConversationView) -> None:
    """Raises Refused; what nobody has is assigned instead (rule 2.8)."""
    if view.may_assign and view.row.state is ConversationState.UNASSIGNED:
        raise Refused(
            "unassigned",
            N_("Nobody has this conversation yet. Open it and choose who takes it."),
            kind="conflict",
        )
    require_offered(view.may_transfer, view.row.state)


def receiver_of(typed: Typed) -> UUID:
    """Who was chosen. Raises Refused if nobody was: the sender keeps the client."""
    staff_id = id_of(typed.line("staff_id"))
    if staff_id is None:
        raise field_refused("staff_id", N_("Choose who takes over."))
    return staff_id


def note_of(typed: Typed) -> str:
    """The note to the receiver. Raises Refused if it is too long."""
    note = typed.text("note").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise field_refused("note", N_("This is too long. Shorten it."))
    return note


def outcome_of(typed: Typed) -> UUID | None:
    """The outcome that was chosen, if the department offers any."""
    return id_of(typed.line("outcome_id"))


def count_of(text: str) -> int | None:
    """A number that a page has shown."""
    is_number = text.isdecimal() and len(text) < len("1000000")
    return int(text) if is_number else None


async def _view(visit: Visit) -> ConversationView:
    question = GetConversation(asker=visit.asker, conversation_id=conversation_id_of(visit))
    return (await visit.ask(question)).conversation


async def _transfer_page(
    visit: Visit, view: ConversationView, form: Form, status: int = 200
) -> Response:
    me, staff = await asyncio.gather(visit.me(), assignable_staff(visit, view))
    row = view.row
    page = TransferPage(
        title=title_of(row),
        href=f"/conversations/{row.id}/transfer",
        back_href=f"/conversations/{row.id}",
        moves=moves_of_row(row),
        staff=case_managers(
            staff,
            departments=[row.department_id],
            chosen=form.value("staff_id"),
            besides=row.assigned_to.id if row.assigned_to else None,
        ),
        form=form,
        is_mine=row.assigned_to is not None and row.assigned_to.id == visit.account.staff_id,
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("transfer.html", shell, page, status=status)


async def _close_page(
    visit: Visit, view: ConversationView, form: Form, status: int = 200
) -> Response:
    question = ListLabels(asker=visit.asker, department_id=view.row.department_id)
    me, labels = await asyncio.gather(visit.me(), visit.ask(question))
    page = ClosePage(
        title=title_of(view.row),
        href=f"/conversations/{view.row.id}/close",
        back_href=f"/conversations/{view.row.id}",
        moves=moves_of_row(view.row),
        outcomes=outcome_choices(labels.outcomes, form.value("outcome_id")),
        form=form,
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("close.html", shell, page, status=status)


async def _labels_page(
    visit: Visit, view: ConversationView, form: Form | None, status: int = 200
) -> Response:
    row = view.row
    question = ListLabels(asker=visit.asker, department_id=row.department_id)
    me, labels = await asyncio.gather(visit.me(), visit.ask(question))
    form = form or fresh_form(
        {
            "status_id": str(row.status.id) if row.status else "",
            "category_id": str(row.category.id) if row.category else "",
        }
    )
    page = LabelsPage(
        title=title_of(row),
        href=f"/conversations/{row.id}/labels",
        back_href=f"/conversations/{row.id}",
        statuses=label_choices(labels.statuses, form.value("status_id")),
        categories=label_choices(labels.categories, form.value("category_id")),
        form=form,
    )
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("labels.html", shell, page, status=status)
