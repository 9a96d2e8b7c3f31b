"""The owner of messages in memory: sent, found, and to many at once."""

from uuid import uuid4

from services.gateway.tests.owners.seeing import SeeingOwners, position
from services.gateway.tests.world import NOW, Talk

from clientcomm_contracts.conversations.mass_messages import (
    GetMassMessage,
    MassMessageReply,
    SendMassMessage,
    StopMassMessage,
)
from clientcomm_contracts.conversations.messages import (
    GetMessage,
    MessageReply,
    ResendMessage,
    SendMessage,
)
from clientcomm_contracts.conversations.reading import AttachmentReply, GetAttachment
from clientcomm_contracts.conversations.search import (
    FoundText,
    SearchMessages,
    SearchMessagesReply,
    SnippetPart,
)
from clientcomm_contracts.conversations.views import MassMessageView, MessageView, SkippedRecipient
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import MessageState


class MessageOwners(SeeingOwners):
    """Sends for those who may send."""

    def on_send_message(self, request: SendMessage) -> MessageReply:
        staff_id = request.asker.staff_id
        talk = self._talk(staff_id, request.conversation_id)
        if not self._may_send(staff_id, talk):
            raise Refused("may_not_send", "You may not send here.", kind="not_allowed")
        if request.unless_quiet and self.world.quiet_until is not None:
            raise Refused("quiet_hours", "It is late or early.", kind="conflict")
        if talk.row.is_opted_out:
            raise Refused("opted_out", "This phone has opted out.", kind="conflict")
        if not request.body and not request.attachment_ids:
            raise Refused("message_empty", "Write something first.", field="body")
        return MessageReply(
            message=self.world.write(talk, request.body, self.world.staff[staff_id])
        )

    def on_resend_message(self, request: ResendMessage) -> MessageReply:
        old = self._message(request.asker.staff_id, request.message_id)
        if request.unless_quiet and self.world.quiet_until is not None:
            raise Refused("quiet_hours", "It is late or early.", kind="conflict")
        talk = self.world.talks[old.conversation_id]
        staff = self.world.staff[request.asker.staff_id]
        return MessageReply(message=self.world.write(talk, old.body, staff, resend_of=old.id))

    def on_get_message(self, request: GetMessage) -> MessageReply:
        return MessageReply(message=self._message(request.asker.staff_id, request.message_id))

    def on_get_attachment(self, request: GetAttachment) -> AttachmentReply:
        found = self.world.attachments.get(request.attachment_id)
        if found is None:
            raise not_found("attachment")
        talk = self._talk(request.asker.staff_id, found[0])
        return AttachmentReply(
            conversation_id=talk.row.id,
            object_key=found[1],
            content_type=found[2],
            file_name="a file.bin",
        )

    def on_search_messages(self, request: SearchMessages) -> SearchMessagesReply:
        if request.q == "the":
            raise Refused("search_too_common", "These words are in every text.", field="q")
        staff_id = request.asker.staff_id
        if request.conversation_id is not None:
            self._talk(staff_id, request.conversation_id)
        hits = [
            _found(talk, item, request.q)
            for talk in self.world.talks.values()
            for item in talk.items
            if self._may_see(staff_id, talk)
            and isinstance(item, MessageView)
            and request.q.lower() in item.body.lower()
            and request.conversation_id in {None, talk.row.id}
        ]
        start = position(request.cursor)
        more = start + request.limit < len(hits)
        return SearchMessagesReply(
            items=tuple(hits[start : start + request.limit]),
            next=str(start + request.limit) if more else None,
        )

    def on_send_mass_message(self, request: SendMassMessage) -> MassMessageReply:
        staff_id = request.asker.staff_id
        skipped, taken = [], []
        for talk_id in request.conversation_ids:
            talk = self.world.talks.get(talk_id)
            if talk is None or not self._may_see(staff_id, talk):
                skipped.append(SkippedRecipient(conversation_id=talk_id, code="not_found"))
            elif talk.row.is_opted_out:
                skipped.append(SkippedRecipient(conversation_id=talk_id, code="opted_out"))
            else:
                taken.append(talk)
        mass = MassMessageView(
            id=uuid4(),
            department_id=self.world.department.id,
            body=request.body,
            created_at=NOW,
            by_staff=self._name(staff_id),
            recipients=len(taken),
            segments=len(taken),
            skipped=tuple(skipped),
            states={} if request.is_preview else {MessageState.QUEUED: len(taken)},
            is_stopped=False,
            ends_at=NOW,
        )
        if not request.is_preview:
            self.world.mass[mass.id] = mass
        return MassMessageReply(mass_message=mass, is_preview=request.is_preview)

    def on_get_mass_message(self, request: GetMassMessage) -> MassMessageReply:
        mass = self.world.mass.get(request.mass_message_id)
        if mass is None or mass.by_staff.id != request.asker.staff_id:
            raise not_found("mass message")
        return MassMessageReply(mass_message=mass)

    def on_stop_mass_message(self, request: StopMassMessage) -> MassMessageReply:
        mass = self.on_get_mass_message(
            GetMassMessage(asker=request.asker, mass_message_id=request.mass_message_id)
        ).mass_message
        self.world.mass[mass.id] = mass.model_copy(update={"is_stopped": True})
        return MassMessageReply(mass_message=self.world.mass[mass.id])


def _found(talk: Talk, item: MessageView, q: str) -> FoundText:
    before, found, after = item.body.partition(q)
    return FoundText(
        message_id=item.id,
        direction=item.direction,
        at=item.at,
        staff=item.staff,
        snippet=(
            SnippetPart(text=before),
            SnippetPart(text=found, is_found=True),
            SnippetPart(text=after),
        ),
        conversation_id=talk.row.id,
        **{
            name: getattr(talk.row, name)
            for name in (
                "department_id", "client_id", "first_name", "last_name", "sender",
                "primary_number", "assigned_to", "state",
            )
        },
    )  # fmt: skip
