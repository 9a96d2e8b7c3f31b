"""`/me`, `/departments`, `/staff`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from clientcomm_contracts.conversations.directory import GetMe, ListDepartments, ListStaff
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Reading
from clientcomm_gateway.adapters.api.fields import Cursor
from clientcomm_gateway.adapters.api.pages import page

router = APIRouter(tags=["People"])


@router.get("/me", summary="Whose token this is")
async def get_me(caller: Reading) -> models.Me:
    """The member of staff, their roles and departments."""
    return shapes.me(await caller.ask(GetMe(asker=caller.asker)))


@router.get("/departments", summary="Departments")
async def list_departments(
    caller: Reading, request: Request, response: Response
) -> models.Page[models.Department]:
    """The departments that you may see."""
    reply = await caller.ask(ListDepartments(asker=caller.asker))
    return page(map(shapes.department, reply.items), None, request, response)


@router.get("/staff", summary="Colleagues")
async def list_staff(
    caller: Reading,
    request: Request,
    response: Response,
    department_id: UUID | None = None,
    cursor: Cursor | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> models.Page[models.Staff]:
    """Staff of your departments, by name."""
    question = ListStaff(
        asker=caller.asker, department_id=department_id, cursor=cursor, limit=limit
    )
    reply = await caller.ask(question)
    return page(map(shapes.staff, reply.items), reply.next, request, response)
