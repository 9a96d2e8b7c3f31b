"""The owner of staff in memory."""

from uuid import UUID, uuid4

from services.gateway.tests.owners.seeing import SeeingOwners

from clientcomm_contracts.conversations import staff as ask
from clientcomm_contracts.conversations.directory import GetMe, ListStaff, MeReply, StaffReply
from clientcomm_contracts.conversations.views import StaffName, StaffView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import ConversationState, Role

_ADD = {Role.CASE_MANAGER, Role.FRONT_DESK, Role.SUPERVISOR}


class StaffOwners(SeeingOwners):
    """Administrators of any department rule them all here; others find nobody."""

    def _require_administrator(self, staff_id: UUID) -> None:
        person = self.world.staff.get(staff_id)
        if person is None or not any(held.role is Role.ADMINISTRATOR for held in person.roles):
            raise not_found("member of staff")

    def _person(self, asker: UUID, staff_id: UUID) -> StaffView:
        self._require_administrator(asker)
        if staff_id not in self.world.staff:
            raise not_found("member of staff")
        return self.world.staff[staff_id]

    def _clients(self, staff_id: UUID) -> tuple[ask.ActiveClient, ...]:
        rows = [talk.row for talk in self.world.talks.values()]
        return tuple(
            ask.ActiveClient(
                conversation_id=row.id,
                department_id=row.department_id,
                first_name=row.first_name,
                last_name=row.last_name,
                sender=row.sender,
                unread_count=row.unread_count,
                scheduled_count=row.scheduled_count,
            )
            for row in rows
            if row.assigned_to is not None and row.assigned_to.id == staff_id
        )

    def _shown(self, person: StaffView) -> ask.StaffMemberReply:
        self.world.staff[person.id] = person
        return ask.StaffMemberReply(
            staff=person,
            language="en",
            active_clients=len(self._clients(person.id)),
            may_change=True,
        )

    def on_get_me(self, request: GetMe) -> MeReply:
        staff = self.world.staff.get(request.asker.staff_id)
        if staff is None or not staff.is_active:
            raise not_found("account")
        both = (self.world.department, self.world.other_department)
        held = {one.department_id for one in staff.roles}
        adds = {one.department_id for one in staff.roles if one.role in _ADD}
        return MeReply(
            staff=staff,
            departments=tuple(one for one in both if held & {one.id, None}),
            may_add_in=tuple(one.id for one in both if adds & {one.id, None}),
            unread_conversations=self._unread(staff.id),
            covers=tuple(
                one.staff
                for one in self.world.coverage.values()
                if one.covered_by.id == staff.id and one.is_now
            ),
        )

    def on_list_staff(self, request: ListStaff) -> StaffReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        return StaffReply(items=tuple(self.world.staff.values()))

    def on_get_staff_member(self, request: ask.GetStaffMember) -> ask.StaffMemberReply:
        return self._shown(self._person(request.asker.staff_id, request.staff_id))

    def on_list_caseload(self, request: ask.ListCaseload) -> ask.CaseloadReply:
        self._person(request.asker.staff_id, request.staff_id)
        return ask.CaseloadReply(items=self._clients(request.staff_id))

    def on_invite_staff(self, request: ask.InviteStaff) -> ask.StaffMemberReply:
        self._require_administrator(request.asker.staff_id)
        if not request.roles:
            raise Refused("roles_missing", "Choose at least one role.", field="role")
        if any(one.email == request.email for one in self.world.staff.values()):
            raise Refused("email_taken", "Taken already.", kind="conflict", field="email")
        return self._shown(
            StaffView(
                id=uuid4(),
                full_name=request.full_name,
                email=request.email,
                is_active=True,
                roles=request.roles,
            )
        )

    def on_edit_staff(self, request: ask.EditStaff) -> ask.StaffMemberReply:
        person = self._person(request.asker.staff_id, request.staff_id)
        if request.full_name == "":
            raise Refused("name_missing", "Type a name.", field="full_name")
        changes = {
            name: value
            for name in ("full_name", "email", "roles")
            if (value := getattr(request, name)) is not None
        }
        return self._shown(person.model_copy(update=changes))

    def on_reactivate_staff(self, request: ask.ReactivateStaff) -> ask.StaffMemberReply:
        person = self._person(request.asker.staff_id, request.staff_id)
        if person.is_active:
            raise Refused("is_active", "This account is active already.", kind="conflict")
        return self._shown(person.model_copy(update={"is_active": True}))

    def on_deactivate_staff(self, request: ask.DeactivateStaff) -> ask.DeactivateStaffReply:
        person = self._person(request.asker.staff_id, request.staff_id)
        named = {one.conversation_id: one.to_staff_id for one in request.hand_overs}
        clients = self._clients(person.id)
        if {request.others_to, *named.values()} - {None, *self.world.staff}:
            raise Refused("not_a_case_manager", "Choose case managers.", field="others_to")
        to_inbox = 0
        for client in clients:
            receiver = named.get(client.conversation_id, request.others_to)
            to_inbox += receiver is None
            self.world.change(
                self.world.talks[client.conversation_id],
                assigned_to=StaffName(id=receiver, full_name=self.world.staff[receiver].full_name)
                if receiver
                else None,
                state=ConversationState.OPEN if receiver else ConversationState.UNASSIGNED,
            )
        gone = self._shown(person.model_copy(update={"is_active": False})).staff
        return ask.DeactivateStaffReply(
            staff=gone, handed_over=len(clients) - to_inbox, to_inbox=to_inbox
        )
