"""Who sees and does what in the owners in memory, and what everybody is shown alike."""

from typing import cast
from uuid import UUID

from services.gateway.tests.world import Talk, World

from clientcomm_contracts.conversations.views import (
    ClientView,
    ConversationView,
    MessageView,
    ReplyNumber,
    StaffName,
)
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import Action, ConversationState, Role


class SeeingOwners:
    """Assigned, the front desk's inbox, supervisors and auditors."""

    world: World

    def _roles(self, staff_id: UUID, department_id: UUID) -> set[Role]:
        person = self.world.staff.get(staff_id)
        if person is None or not person.is_active:
            raise not_found("account")
        return {held.role for held in person.roles if held.department_id == department_id}

    def _may_see(self, staff_id: UUID, talk: Talk) -> bool:
        roles = self._roles(staff_id, talk.row.department_id)
        if talk.row.assigned_to is not None and talk.row.assigned_to.id == staff_id:
            return True
        if roles & {Role.SUPERVISOR, Role.AUDITOR}:
            return True
        return talk.row.assigned_to is None and Role.FRONT_DESK in roles

    def _may_send(self, staff_id: UUID, talk: Talk) -> bool:
        roles = self._roles(staff_id, talk.row.department_id)
        return self._may_see(staff_id, talk) and roles != {Role.AUDITOR}

    def _talk(self, staff_id: UUID, talk_id: UUID) -> Talk:
        talk = self.world.talks.get(talk_id)
        if talk is None or not self._may_see(staff_id, talk):
            raise not_found("conversation")
        return talk

    def _name(self, staff_id: UUID) -> StaffName:
        return StaffName(id=staff_id, full_name=self.world.staff[staff_id].full_name)

    def _unread(self, staff_id: UUID) -> int:
        return sum(
            talk.row.unread_count > 0
            for talk in self.world.talks.values()
            if talk.row.assigned_to is not None and talk.row.assigned_to.id == staff_id
        )

    def _view(self, staff_id: UUID, talk: Talk) -> ConversationView:
        row = talk.row
        client = self.world.clients.get(row.client_id) if row.client_id else None
        number_id = client.numbers[0].id if client else None
        is_own = row.assigned_to is not None and row.assigned_to.id == staff_id
        return ConversationView(
            row=row,
            client=client,
            department=self.world.department,
            numbers=(
                ReplyNumber(
                    id=number_id,
                    value=str(row.primary_number),
                    is_opted_out=row.is_opted_out,
                    is_preselected=True,
                ),
            ),
            may_send=self._may_send(staff_id, talk)
            and not row.is_opted_out
            and row.state is not ConversationState.CLOSED,
            may_assign=row.state is ConversationState.UNASSIGNED,
            may_transfer=is_own and row.state is ConversationState.OPEN,
            may_close=is_own and row.state is ConversationState.OPEN,
            may_reopen=is_own and row.state is ConversationState.CLOSED,
            may_label=self._may_send(staff_id, talk),
            introduction=self.world.introductions.get(row.id),
            moves_read_position=is_own,
            may_attach=row.state is ConversationState.UNASSIGNED,
            may_block=row.client_id is None,
            may_refile=self._may_send(staff_id, talk),
            read_up_to=None,
            quiet_until=self.world.quiet_until,
            cannot_send_because="This phone has opted out." if row.is_opted_out else None,
        )

    def _grant(self, staff_id: UUID, talk: Talk, actions: frozenset[Action]) -> Grant:
        never = set() if self._may_send(staff_id, talk) else {Action.SCHEDULE}
        return Grant(
            staff_id=staff_id,
            staff_name=self._name(staff_id).full_name,
            actions=actions - never,
            conversation_ids=frozenset({talk.row.id}),
        )

    def _client(self, staff_id: UUID, client_id: UUID) -> ClientView:
        client = self.world.clients.get(client_id)
        if client is None or client.conversation_id is None:
            raise not_found("client")
        try:
            self._talk(staff_id, client.conversation_id)
        except Refused:
            raise not_found("client") from None
        known = [one.id for one in client.numbers if one.value in self.world.landlines]
        return client.model_copy(update={"landlines": tuple(known)})

    def _message(self, staff_id: UUID, message_id: UUID) -> MessageView:
        for talk in self.world.talks.values():
            for item in talk.items:
                is_it = isinstance(item, MessageView) and item.id == message_id
                if is_it and self._may_see(staff_id, talk):
                    return cast("MessageView", item)
        raise not_found("message")

    @staticmethod
    def _check(grant: Grant, action: Action, conversation_id: UUID) -> None:
        if not grant.allows(action, conversation_id):
            raise Refused("not_granted", "Not allowed.", kind="not_allowed")


def position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > len("99999999"):
        raise Refused("invalid_cursor", "This cursor is not one of ours.", field="cursor")
    return int(cursor)
