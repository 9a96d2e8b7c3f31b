"""The owner of conversations in memory: lists, threads, and what was read."""

from uuid import UUID

from services.gateway.tests.owners.seeing import SeeingOwners, position
from services.gateway.tests.world import NOW, Talk

from clientcomm_contracts.conversations.inbox import AssignConversation
from clientcomm_contracts.conversations.reading import (
    Box,
    ConversationReply,
    ConversationsReply,
    GetConversation,
    GetThread,
    ListConversations,
    MarkRead,
    MarkUnread,
    ReadReply,
    ThreadReply,
)
from clientcomm_contracts.conversations.rights import (
    GetGrant,
    GrantReply,
    ListViewers,
    ViewersReply,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState, Role


class ConversationOwners(SeeingOwners):
    """Shows a conversation to those who may see it."""

    def on_list_conversations(self, request: ListConversations) -> ConversationsReply:
        staff_id = request.asker.staff_id
        rows = [
            talk.row
            for talk in self.world.talks.values()
            if self._may_see(staff_id, talk) and self._is_in(request, talk)
        ]
        rows.sort(
            key=lambda row: (row.unread_count == 0, -(row.last_contact_at or NOW).timestamp())
        )
        start = position(request.cursor)
        page = rows[start : start + request.limit]
        more = start + request.limit < len(rows)
        return ConversationsReply(
            items=tuple(page),
            next=str(start + request.limit) if more else None,
            unread_conversations=sum(row.unread_count > 0 for row in rows),
        )

    def _is_in(self, request: ListConversations, talk: Talk) -> bool:
        row = talk.row
        is_own = row.assigned_to is not None and row.assigned_to.id == request.asker.staff_id
        match request.box:
            case Box.MINE if not is_own:
                return False
            case Box.UNASSIGNED if row.state is not ConversationState.UNASSIGNED:
                return False
        text = f"{row.first_name} {row.last_name} {row.primary_number}".lower()
        fits_text = request.q.lower() in text
        return fits_text and (request.unread is None or (row.unread_count > 0) == request.unread)

    def on_get_conversation(self, request: GetConversation) -> ConversationReply:
        staff_id = request.asker.staff_id
        talk = self.world.talks.get(request.conversation_id)
        if talk is not None and self._only_administers(staff_id, talk):
            hidden = talk.row.model_copy(update={"last_text": "", "last_text_direction": None})
            view = self._view(staff_id, Talk(hidden)).model_copy(update={"may_send": False})
            return ConversationReply(conversation=view)
        talk = self._talk(staff_id, request.conversation_id)
        return ConversationReply(
            conversation=self._view(staff_id, talk),
            grant=self._grant(staff_id, talk, request.grant_for),
        )

    def _only_administers(self, staff_id: UUID, talk: Talk) -> bool:
        """Sees whose it is, and no text (rule 1.1)."""
        roles = self._roles(staff_id, talk.row.department_id)
        return Role.ADMINISTRATOR in roles and not self._may_see(staff_id, talk)

    def on_get_thread(self, request: GetThread) -> ThreadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        end = position(request.before) if request.before else len(talk.items)
        places = [n for n, item in enumerate(talk.items) if item.id == request.around]
        if places:
            end = min(len(talk.items), places[0] + 1 + request.limit // 2)
        start = max(0, end - request.limit)
        return ThreadReply(
            items=tuple(talk.items[start:end]),
            before=str(start) if start else None,
            sequence=talk.sequence,
            is_newest=end == len(talk.items),
        )

    def on_mark_read(self, request: MarkRead) -> ReadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        self.world.change(talk, unread_count=0)
        return ReadReply(read_up_to=NOW, unread_count=0)

    def on_mark_unread(self, request: MarkUnread) -> ReadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        self.world.change(talk, unread_count=1)
        return ReadReply(read_up_to=None, unread_count=1)

    def on_assign_conversation(self, request: AssignConversation) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if request.staff_id not in self.world.staff:
            raise Refused("unknown_staff", "Choose a colleague.", field="staff_id")
        self.world.change(
            talk, assigned_to=self._name(request.staff_id), state=ConversationState.OPEN
        )
        return ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def on_get_grant(self, request: GetGrant) -> GrantReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        return GrantReply(
            grant=self._grant(request.asker.staff_id, talk, request.actions),
            time_zone=self.world.department.time_zone,
            title=f"{talk.row.first_name} {talk.row.last_name}",
            assigned_to=talk.row.assigned_to,
            sequence=talk.sequence,
        )

    def on_list_viewers(self, request: ListViewers) -> ViewersReply:
        talk = self.world.talks.get(request.conversation_id)
        viewers = [
            staff_id
            for staff_id in request.staff_ids
            if talk is not None and self._may_see(staff_id, talk)
        ]
        return ViewersReply(
            unread_conversations={staff_id: self._unread(staff_id) for staff_id in viewers}
        )
