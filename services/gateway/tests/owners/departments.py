"""The owner of departments in memory: one department, and rules that hold for it."""

from uuid import UUID, uuid4

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations import departments as ask
from clientcomm_contracts.conversations.directory import DepartmentsReply, ListDepartments
from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import ConversationState, Direction, Role


class DepartmentOwners(SeeingOwners):
    """Administrators of any department rule here; others find nothing."""

    departments: dict[UUID, ask.DepartmentDetail]

    def _department(self, asker: UUID, department_id: UUID) -> ask.DepartmentDetail:
        person = self.world.staff.get(asker)
        if person is None or not any(held.role is Role.ADMINISTRATOR for held in person.roles):
            raise not_found("department")
        if department_id != self.world.department.id and department_id not in self.departments:
            raise not_found("department")
        return self.departments.get(department_id) or self._made(
            department_id,
            self.world.department.department_name,
            str(self.world.department.number),
            self.world.department.time_zone,
        )

    def _made(self, department_id: UUID, name: str, number: str, zone: str) -> ask.DepartmentDetail:
        done = ask.DepartmentLabel(id=uuid4(), label="Finished", is_default=True)
        self.departments[department_id] = ask.DepartmentDetail(
            id=department_id,
            department_name=name,
            time_zone=zone,
            numbers=(DatedNumber(id=uuid4(), value=number, since=NOW, is_primary=True),),
            fallback_phone=None,
            is_closed=False,
            rules=ask.DepartmentRules(),
            statuses=(),
            categories=(),
            outcomes=(done,),
            active_conversations=sum(
                talk.row.state is not ConversationState.CLOSED
                for talk in self.world.talks.values()
                if talk.row.department_id == department_id
            ),
        )
        return self.departments[department_id]

    def _changed(self, before: ask.DepartmentDetail, **changes: object) -> ask.DepartmentReply:
        self.departments[before.id] = before.model_copy(update=changes)
        return ask.DepartmentReply(department=self.departments[before.id])

    def on_list_departments(self, request: ListDepartments) -> DepartmentsReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        return DepartmentsReply(items=(self.world.department,))

    def on_get_department(self, request: ask.GetDepartment) -> ask.DepartmentReply:
        found = self._department(request.asker.staff_id, request.department_id)
        return ask.DepartmentReply(department=found)

    def on_add_department(self, request: ask.AddDepartment) -> ask.DepartmentReply:
        self._department(request.asker.staff_id, self.world.department.id)
        if not request.number.lstrip("+").isdecimal():
            raise Refused("number_invalid", "This is not a phone number.", field="number")
        number = f"+1{request.number[-10:]}" if len(request.number) >= 10 else "+12025550199"
        made = self._made(uuid4(), request.department_name, number, request.time_zone)
        return ask.DepartmentReply(department=made)

    def on_edit_department(self, request: ask.EditDepartment) -> ask.DepartmentReply:
        before = self._department(request.asker.staff_id, request.department_id)
        if request.department_name == "":
            raise Refused("name_missing", "Type a name.", field="department_name")
        given = {
            "department_name": request.department_name,
            "time_zone": request.time_zone,
            "rules": request.rules,
        }
        return self._changed(
            before, **{name: one for name, one in given.items() if one is not None}
        )

    def on_change_department_number(
        self, request: ask.ChangeDepartmentNumber
    ) -> ask.DepartmentReply:
        before = self._department(request.asker.staff_id, request.department_id)
        if not request.number.lstrip("+").isdecimal() or len(request.number) != len("+12025550100"):
            raise Refused("number_invalid", "This is not a phone number.", field="number")
        old = tuple(one.model_copy(update={"until": NOW}) for one in before.numbers)
        fresh = DatedNumber(id=uuid4(), value=request.number, since=NOW, is_primary=True)
        return self._changed(before, numbers=(fresh, *old))

    def on_set_department_list(self, request: ask.SetDepartmentList) -> ask.DepartmentReply:
        before = self._department(request.asker.staff_id, request.department_id)
        if request.which is ask.DepartmentList.OUTCOMES and not request.labels:
            raise Refused("outcome_missing", "Leave at least one outcome.", field="labels")
        labels = tuple(one.model_copy(update={"id": one.id or uuid4()}) for one in request.labels)
        return self._changed(before, **{request.which.value: labels})

    def on_preview_department_closing(
        self, request: ask.PreviewDepartmentClosing
    ) -> ask.ClosingReply:
        found = self._department(request.asker.staff_id, request.department_id)
        talks = [t for t in self.world.talks.values() if t.row.department_id == found.id]
        return ask.ClosingReply(
            department_name=found.department_name,
            active_conversations=found.active_conversations,
            conversations=len(talks),
            numbers=len(found.numbers),
            lately_heard=sum(t.row.last_text_direction is Direction.INBOUND for t in talks),
        )

    def on_close_department(self, request: ask.CloseDepartment) -> ask.DepartmentReply:
        before = self._department(request.asker.staff_id, request.department_id)
        if before.active_conversations:
            raise Refused("still_active", "Close or move them first.", kind="conflict")
        return self._changed(before, is_closed=True)
