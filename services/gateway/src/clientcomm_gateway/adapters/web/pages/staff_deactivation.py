"""Deactivating somebody: who takes over which client, then all at once; and back (rule 1.6)."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from clientcomm_contracts.conversations.directory import ListStaff
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    HandOver,
    ListCaseload,
    ReactivateStaff,
    StaffMemberReply,
)
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.faults import Refused
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, form_again, fresh_form, id_of
from clientcomm_gateway.adapters.web.pages.staff import departments_of, member_of
from clientcomm_gateway.adapters.web.present.staff import carries, left_clients
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import Choice, DeactivatePage, Form
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed

INBOX = "inbox"
_CLIENT = "to_"
_MOST_PAGES = 20


async def show(visit: Visit) -> Response:
    """What will happen, in numbers, and who is to take over."""
    return await _page(visit, await member_of(visit), fresh_form())


async def deactivate(visit: Visit, typed: Typed) -> Response:
    """End the account and hand everything over."""
    reply = await member_of(visit)
    try:
        done = await visit.ask(
            DeactivateStaff(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                staff_id=reply.staff.id,
                others_to=id_of(typed.line("others_to")),
                hand_overs=_hand_overs(typed),
            ),
            within=20.0,
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ("others_to",))
        return await _page(visit, reply, form, status_of(refused))
    await visit.note_deed(
        Deed.STAFF_DEACTIVATED,
        reply.staff.id,
        handed_over=str(done.handed_over),
        to_inbox=str(done.to_inbox),
    )
    return back("/staff", notice="staff_deactivated")


async def reactivate(visit: Visit, typed: Typed) -> Response:
    """Let somebody come back; if somebody just did, it is as wanted."""
    reply = await member_of(visit)
    question = ReactivateStaff(
        asker=visit.asker, repeat_key=typed.repeat_key, staff_id=reply.staff.id
    )
    try:
        await visit.ask(question)
    except Refused as refused:
        if refused.code != "is_active":
            raise
    else:
        await visit.note_deed(Deed.STAFF_REACTIVATED, reply.staff.id)
    return back(f"/staff/{reply.staff.id}", notice="staff_reactivated")


def _hand_overs(typed: Typed) -> tuple[HandOver, ...]:
    """What was chosen for single clients; an empty choice means: as all others."""
    found = []
    for name, value in typed.pairs():
        conversation_id = id_of(name.removeprefix(_CLIENT)) if name.startswith(_CLIENT) else None
        receiver = id_of(value)
        if conversation_id is not None and (receiver is not None or value == INBOX):
            found.append(HandOver(conversation_id=conversation_id, to_staff_id=receiver))
    return tuple(found[:5000])


async def _page(visit: Visit, reply: StaffMemberReply, form: Form, status: int = 200) -> Response:
    question = ListCaseload(asker=visit.asker, staff_id=reply.staff.id)
    caseload, colleagues, departments = await asyncio.gather(
        visit.ask(question), _colleagues(visit, reply), departments_of(visit)
    )
    here = f"/staff/{reply.staff.id}"
    places = {client.department_id for client in caseload.items}
    page = DeactivatePage(
        form=form,
        name=reply.staff.full_name,
        action=f"{here}/deactivate",
        back_href=here,
        clients=left_clients(
            caseload.items, colleagues, departments, dict(form.values), visit.speech
        ),
        everyone=tuple(
            Choice(str(one.id), one.full_name, str(one.id) == form.value("others_to"))
            for one in colleagues
            if all(carries(one, place) for place in places)
        ),
        scheduled=sum(client.scheduled_count for client in caseload.items),
    )
    return visit.site.renderer.page("staff_deactivate.html", visit.shell(), page, status=status)


async def _colleagues(visit: Visit, reply: StaffMemberReply) -> Sequence[StaffView]:
    """Everyone but the one who goes."""
    found: list[StaffView] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        answer = await visit.ask(ListStaff(asker=visit.asker, cursor=cursor, limit=500))
        found += [one for one in answer.items if one.id != reply.staff.id]
        cursor = answer.next
        if cursor is None:
            break
    return found
