"""What administrators ask about departments."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    ChangeDepartmentNumber,
    CloseDepartment,
    EditDepartment,
    GetDepartment,
    PreviewDepartmentClosing,
    SetDepartmentList,
)
from clientcomm_conversations.adapters.department_tables import DepartmentTables
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.application.change_department import (
    add_department,
    change_department_number,
    close_department,
    edit_department,
    get_department,
    set_department_list,
)
from clientcomm_conversations.application.department_store import DepartmentStore
from clientcomm_conversations.application.preview_closing import preview_closing
from clientcomm_conversations.application.writing import Writer
from clientcomm_persistence import Database, Transaction

Q = TypeVar("Q", bound=Request[Any])


def department_handlers(
    database: Database, writers: Writers
) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each request."""

    def answering(use_case: Callable[[Writer, DepartmentStore, Q], Awaitable[Reply]]) -> Answer:
        async def answer(request: Q) -> Reply:
            async def work(tx: Transaction) -> Reply:
                return await use_case(writers.of(tx), DepartmentTables(tx), request)

            return await database.run(work)

        return answer

    return {
        GetDepartment: answering(get_department),
        AddDepartment: answering(add_department),
        EditDepartment: answering(edit_department),
        ChangeDepartmentNumber: answering(change_department_number),
        SetDepartmentList: answering(set_department_list),
        PreviewDepartmentClosing: answering(preview_closing),
        CloseDepartment: answering(close_department),
    }
