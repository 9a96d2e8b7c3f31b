"""Staff: who they are, inviting, roles (rules 1.1, 1.4, 6.2)."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from clientcomm_contracts.conversations.directory import ListDepartments, ListStaff
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.staff import (
    EditStaff,
    GetStaffMember,
    InviteStaff,
    StaffMemberReply,
)
from clientcomm_contracts.conversations.views import DepartmentView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import Typed, form_again, fresh_form, id_of
from clientcomm_gateway.adapters.web.present.choices import language_choices
from clientcomm_gateway.adapters.web.present.staff import (
    places_of,
    role_of,
    role_value,
    roles_in_words,
)
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.views import (
    Choice,
    Form,
    StaffListPage,
    StaffMemberPage,
    StaffRow,
)
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.application.send_link import Once
from clientcomm_gateway.domain.audit import Deed
from clientcomm_gateway.domain.mail import LinkKind

_FIELDS = ("full_name", "email", "desk_phone", "language", "role")
_LIMITS = {"full_name": 200, "email": 320, "desk_phone": 40, "language": 10}
_NOTICES = {LinkKind.INVITATION: "invitation_sent", LinkKind.PASSWORD_RESET: "reset_link_sent"}


async def show_list(visit: Visit) -> Response:
    """Everyone in the departments whose staff one administers."""
    require_administrator(visit)
    cursor = visit.request.query_params.get("cursor")
    question = ListStaff(asker=visit.asker, cursor=cursor[:1000] if cursor else None)
    reply, departments = await asyncio.gather(visit.ask(question), departments_of(visit))
    signed_up = await visit.site.accounts.with_password([one.id for one in reply.items])
    page = StaffListPage(
        rows=tuple(
            StaffRow(
                name=one.full_name,
                email=one.email,
                roles=roles_in_words(one.roles, departments, visit.speech),
                href=f"/staff/{one.id}",
                is_active=one.is_active,
                is_invited=one.is_active and one.id not in signed_up,
            )
            for one in reply.items
        ),
        next_href=f"/staff?cursor={reply.next}" if reply.next else None,
    )
    return visit.site.renderer.page("staff_list.html", visit.shell(), page)


async def show_new(visit: Visit) -> Response:
    """An empty form."""
    require_administrator(visit)
    return await _new_page(visit, fresh_form({"language": "en"}), frozenset())


async def invite(visit: Visit, typed: Typed) -> Response:
    """Invite somebody; the e-mail leaves at once."""
    require_administrator(visit)
    try:
        reply = await visit.ask(
            InviteStaff(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                full_name=short(typed, "full_name"),
                email=short(typed, "email"),
                desk_phone=short(typed, "desk_phone"),
                language=short(typed, "language") or "en",
                roles=_roles(typed),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, _FIELDS)
        status = status_of(refused)
        return await _new_page(visit, form, frozenset(typed.texts("role")), status)
    await visit.note_deed(Deed.STAFF_INVITED, reply.staff.id)
    return back("/staff", notice="staff_invited")


async def show(visit: Visit) -> Response:
    """One member of staff."""
    reply = await member_of(visit)
    values = {
        "full_name": reply.staff.full_name,
        "email": reply.staff.email,
        "desk_phone": reply.staff.desk_phone or "",
        "language": reply.language,
    }
    return await _member_page(visit, reply, fresh_form(values), _held(reply))


async def save(visit: Visit, typed: Typed) -> Response:
    """Change the record and the roles."""
    before = await member_of(visit)
    try:
        await visit.ask(_edit(visit, typed, before, await departments_of(visit)))
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, _FIELDS)
        status = status_of(refused)
        return await _member_page(visit, before, form, frozenset(typed.texts("role")), status)
    await visit.note_deed(Deed.STAFF_EDITED, before.staff.id)
    return back(f"/staff/{before.staff.id}", notice="staff_saved")


async def send_link(visit: Visit, typed: Typed) -> Response:
    """The invitation again, or a link to choose a new password."""
    reply = await member_of(visit)
    if not reply.may_change:
        raise not_found("member of staff")
    kind = await visit.site.send_link.to_colleague(
        reply.staff.id,
        once=Once(visit.account.staff_id, typed.repeat_key),
        by_name=visit.account.full_name,
        address=visit.address,
    )
    return back(f"/staff/{reply.staff.id}", notice=_NOTICES[kind])


def require_administrator(visit: Visit) -> None:
    """Pages that would be empty for others do not exist for them; owners decide what is in them."""
    if not visit.account.holds(Role.ADMINISTRATOR):
        raise not_found("page")


async def member_of(visit: Visit) -> StaffMemberReply:
    """The member of staff of the address."""
    staff_id = id_of(visit.request.path_params["staff_id"])
    if staff_id is None:
        raise not_found("member of staff")
    return await visit.ask(GetStaffMember(asker=visit.asker, staff_id=staff_id))


async def departments_of(visit: Visit) -> Sequence[DepartmentView]:
    """The departments that one sees."""
    return (await visit.ask(ListDepartments(asker=visit.asker))).items


def short(typed: Typed, name: str) -> str:
    """A field, cut where no honest one is as long."""
    return typed.line(name)[: _LIMITS[name]]


def _roles(typed: Typed) -> tuple[HeldRole, ...]:
    found = (role_of(value) for value in typed.texts("role")[:500])
    return tuple(one for one in found if one is not None)


def _held(reply: StaffMemberReply) -> frozenset[str]:
    return frozenset(role_value(one.role, one.department_id) for one in reply.staff.roles)


def _edit(
    visit: Visit, typed: Typed, before: StaffMemberReply, departments: Sequence[DepartmentView]
) -> EditStaff:
    """Roles that the page had no box for stay as they are."""
    places = places_of(departments, visit.account.roles, frozenset(), visit.speech)
    shown = {choice.value for place in places for choice in place.roles}
    kept = [
        one for one in before.staff.roles if role_value(one.role, one.department_id) not in shown
    ]
    is_whole = before.may_change
    return EditStaff(
        asker=visit.asker,
        repeat_key=typed.repeat_key,
        staff_id=before.staff.id,
        full_name=short(typed, "full_name") if is_whole else None,
        email=short(typed, "email") if is_whole else None,
        desk_phone=short(typed, "desk_phone") if is_whole else None,
        language=short(typed, "language") or None if is_whole else None,
        roles=(*kept, *_roles(typed)),
    )


async def _new_page(
    visit: Visit, form: Form, chosen: frozenset[str], status: int = 200
) -> Response:
    page = StaffMemberPage(
        form=form,
        name="",
        action="/staff/new",
        is_new=True,
        is_active=True,
        may_change=True,
        languages=_languages(visit, form),
        places=places_of(await departments_of(visit), visit.account.roles, chosen, visit.speech),
        role_error=form.errors.get("role"),
        active_clients=0,
        is_invited=False,
        is_self=False,
        link_href="",
        deactivate_href="",
        reactivate_href="",
        roles="",
    )
    return visit.site.renderer.page("staff_member.html", visit.shell(), page, status=status)


async def _member_page(
    visit: Visit, reply: StaffMemberReply, form: Form, chosen: frozenset[str], status: int = 200
) -> Response:
    here = f"/staff/{reply.staff.id}"
    signed_up = await visit.site.accounts.with_password([reply.staff.id])
    departments = await departments_of(visit)
    page = StaffMemberPage(
        form=form,
        name=reply.staff.full_name,
        action=here,
        is_new=False,
        is_active=reply.staff.is_active,
        may_change=reply.may_change,
        languages=_languages(visit, form),
        places=places_of(departments, visit.account.roles, chosen, visit.speech),
        role_error=form.errors.get("role"),
        active_clients=reply.active_clients,
        is_invited=not signed_up,
        is_self=reply.staff.id == visit.account.staff_id,
        link_href=f"{here}/link",
        deactivate_href=f"{here}/deactivate",
        reactivate_href=f"{here}/reactivate",
        roles=roles_in_words(reply.staff.roles, departments, visit.speech),
    )
    return visit.site.renderer.page("staff_member.html", visit.shell(), page, status=status)


def _languages(visit: Visit, form: Form) -> tuple[Choice, ...]:
    return language_choices(form.value("language"), visit.speech)
