"""Departments: the list, adding one, its settings, its number, closing it (rules 2.3, 6.1)."""

from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    ChangeDepartmentNumber,
    CloseDepartment,
    DepartmentDetail,
    DepartmentList,
    EditDepartment,
    GetDepartment,
    PreviewDepartmentClosing,
    SetDepartmentList,
)
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.http.statuses import status_of
from clientcomm_gateway.adapters.web.forms import (
    Typed,
    form_again,
    fresh_form,
    id_of,
    is_ours_to_show,
)
from clientcomm_gateway.adapters.web.pages.department_page import (
    FIELDS,
    NUMBER_FIELDS,
    department_page,
)
from clientcomm_gateway.adapters.web.pages.staff import departments_of, require_administrator
from clientcomm_gateway.adapters.web.present.choices import zone_choices
from clientcomm_gateway.adapters.web.present.departments import labels_typed, rules_typed, values_of
from clientcomm_gateway.adapters.web.routing import back
from clientcomm_gateway.adapters.web.speech import phone_words, zone_words
from clientcomm_gateway.adapters.web.views import (
    CloseDepartmentPage,
    DepartmentLine,
    DepartmentListPage,
    Form,
    NewDepartmentPage,
)
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed

_NEW_FIELDS = ("department_name", "time_zone", "number")


async def show_list(visit: Visit) -> Response:
    """The departments that one administers."""
    require_administrator(visit)
    own = {held.department_id for held in visit.account.roles if held.role is Role.ADMINISTRATOR}
    page = DepartmentListPage(
        rows=tuple(
            DepartmentLine(
                name=one.department_name,
                number=phone_words(one.number) if one.number else "",
                zone=zone_words(one.time_zone, visit.language),
                href=f"/departments/{one.id}",
            )
            for one in await departments_of(visit)
            if None in own or one.id in own
        ),
        may_add=None in own,
    )
    return visit.site.renderer.page("department_list.html", visit.shell(), page)


async def show_new(visit: Visit) -> Response:
    """An empty form."""
    require_administrator(visit)
    return _new_page(visit, fresh_form())


async def add(visit: Visit, typed: Typed) -> Response:
    """A new department."""
    require_administrator(visit)
    try:
        reply = await visit.ask(
            AddDepartment(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                department_name=typed.line("department_name")[:100],
                time_zone=typed.line("time_zone")[:64],
                number=typed.line("number")[:40],
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, _NEW_FIELDS)
        return _new_page(visit, form, status_of(refused))
    await visit.note_deed(Deed.DEPARTMENT_ADDED, reply.department.id)
    return back(f"/departments/{reply.department.id}", notice="department_saved")


async def show(visit: Visit) -> Response:
    """One department with all that can be set."""
    department = await _department(visit)
    return department_page(visit, department, fresh_form(values_of(department)))


async def save(visit: Visit, typed: Typed) -> Response:
    """Name, zone, hours, automatic texts."""
    department = await _department(visit)
    try:
        await visit.ask(
            EditDepartment(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                department_id=department.id,
                department_name=typed.line("department_name")[:100],
                time_zone=typed.line("time_zone")[:64],
                fallback_phone=typed.line("fallback_phone")[:40],
                rules=rules_typed(typed, department.rules),
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, FIELDS)
        return department_page(visit, department, form, status=status_of(refused))
    return await _saved(visit, department.id)


async def change_number(visit: Visit, typed: Typed) -> Response:
    """Texts go out from another number from now on."""
    department = await _department(visit)
    try:
        await visit.ask(
            ChangeDepartmentNumber(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                department_id=department.id,
                number=typed.line("number")[:40],
            )
        )
    except Refused as refused:
        return department_page(
            visit,
            department,
            fresh_form(values_of(department)),
            number_form=form_again(typed, refused, visit.speech, NUMBER_FIELDS),
            status=status_of(refused),
        )
    return await _saved(visit, department.id, what="number")


async def save_list(visit: Visit, typed: Typed) -> Response:
    """Statuses, categories or outcomes."""
    department = await _department(visit)
    try:
        which = DepartmentList(visit.request.path_params["which"])
    except ValueError:
        raise not_found("list") from None
    try:
        await visit.ask(
            SetDepartmentList(
                asker=visit.asker,
                repeat_key=typed.repeat_key,
                department_id=department.id,
                which=which,
                labels=labels_typed(typed, which),
            )
        )
    except Refused as refused:
        if not is_ours_to_show(refused):
            raise
        return department_page(
            visit,
            department,
            fresh_form(values_of(department)),
            list_errors={which: visit.speech.say(refused.sentence)},
            status=status_of(refused),
        )
    return await _saved(visit, department.id, what=which.value)


async def show_close(visit: Visit) -> Response:
    """What closing means, in numbers."""
    return await _close_page(visit, await _department(visit), fresh_form())


async def close(visit: Visit, typed: Typed) -> Response:
    """Close it."""
    department = await _department(visit)
    try:
        await visit.ask(
            CloseDepartment(
                asker=visit.asker, repeat_key=typed.repeat_key, department_id=department.id
            )
        )
    except Refused as refused:
        form = form_again(typed, refused, visit.speech, ())
        return await _close_page(visit, department, form, status_of(refused))
    await visit.note_deed(Deed.DEPARTMENT_CLOSED, department.id)
    return back("/departments", notice="department_closed")


async def _department(visit: Visit) -> DepartmentDetail:
    require_administrator(visit)
    department_id = id_of(visit.request.path_params["department_id"])
    if department_id is None:
        raise not_found("department")
    question = GetDepartment(asker=visit.asker, department_id=department_id)
    return (await visit.ask(question)).department


async def _saved(visit: Visit, department_id: UUID, what: str = "settings") -> Response:
    await visit.note_deed(Deed.DEPARTMENT_EDITED, department_id, what=what)
    return back(f"/departments/{department_id}", notice="department_saved")


def _new_page(visit: Visit, form: Form, status: int = 200) -> Response:
    page = NewDepartmentPage(form, zone_choices(form.value("time_zone"), visit.speech))
    return visit.site.renderer.page("department_new.html", visit.shell(), page, status=status)


async def _close_page(
    visit: Visit, department: DepartmentDetail, form: Form, status: int = 200
) -> Response:
    here = f"/departments/{department.id}"
    means = await visit.ask(
        PreviewDepartmentClosing(asker=visit.asker, department_id=department.id)
    )
    page = CloseDepartmentPage(
        form=form,
        name=department.department_name,
        action=f"{here}/close",
        back_href=here,
        active_conversations=means.active_conversations,
        conversations=means.conversations,
        numbers=means.numbers,
        lately_heard=means.lately_heard,
    )
    return visit.site.renderer.page("department_close.html", visit.shell(), page, status=status)
