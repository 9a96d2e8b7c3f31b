"""The owner of numbers, merges and unknown senders in memory."""

from typing import Any
from uuid import UUID, uuid4

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations import inbox, merging, numbers, quarantine
from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import ClientView, MessageView
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import ConversationState, MarkerKind, MessageState, Role


class IdentityOwners(SeeingOwners):
    """Who has a conversation may change whose it is."""

    def _earlier(self, client: ClientView) -> tuple[numbers.EarlierTexts, ...]:
        current = {number.value for number in client.numbers if number.until is None}
        return tuple(
            numbers.EarlierTexts(
                conversation_id=talk.row.id,
                department_id=talk.row.department_id,
                sender=str(talk.row.sender),
                texts=len(talk.items),
                last_at=talk.row.last_text_at,
            )
            for talk in self.world.talks.values()
            if talk.row.client_id is None and talk.row.sender in current
        )

    def _numbered(self, client: ClientView, found: list[DatedNumber]) -> numbers.NumbersReply:
        changed = client.model_copy(update={"numbers": tuple(found)})
        self.world.clients[client.id] = changed
        return numbers.NumbersReply(client=changed, earlier_texts=self._earlier(changed))

    def on_list_earlier_texts(self, request: numbers.ListEarlierTexts) -> Any:
        client = self._client(request.asker.staff_id, request.client_id)
        return numbers.EarlierTextsReply(items=self._earlier(client))

    def on_add_number(self, request: numbers.AddNumber) -> numbers.NumbersReply:
        client = self._client(request.asker.staff_id, request.client_id)
        digits = "".join(sign for sign in request.phone if sign.isdigit())
        if len(digits) < len("2025550100"):
            raise Refused("number_short", "This number is too short.", field="phone")
        value = f"+1{digits[-10:]}"
        others = [
            {"id": str(one.id), "first_name": one.first_name, "last_name": one.last_name}
            for one in self.world.clients.values()
            if one.id != client.id and any(n.value == value for n in one.numbers)
        ]
        if others and not request.is_shared:
            raise Refused(
                "number_shared",
                "Several clients have this number.",
                kind="conflict",
                details={"clients": others},
            )
        kept = [
            n.model_copy(update={"until": NOW}) if n.id == request.replaces else n
            for n in client.numbers
        ]
        return self._numbered(
            client, [*kept, DatedNumber(id=uuid4(), value=value, label=request.label, since=NOW)]
        )

    def on_edit_number(self, request: numbers.EditNumber) -> numbers.NumbersReply:
        client = self._client(request.asker.staff_id, request.client_id)
        return self._numbered(
            client,
            [
                n.model_copy(update={"label": request.label or ""})
                if n.id == request.number_id
                else n
                for n in client.numbers
            ],
        )

    def on_give_up_number(self, request: numbers.GiveUpNumber) -> numbers.NumbersReply:
        client = self._client(request.asker.staff_id, request.client_id)
        return self._numbered(
            client,
            [
                n.model_copy(update={"until": NOW, "is_wrong": request.is_wrong})
                if n.id == request.number_id
                else n
                for n in client.numbers
            ],
        )

    def on_preview_number_end(self, request: numbers.PreviewNumberEnd) -> numbers.NumberEndReply:
        client = self._client(request.asker.staff_id, request.client_id)
        number = next((one for one in client.numbers if one.id == request.number_id), None)
        if number is None or number.until is not None:
            raise not_found("number")
        talks = [t for t in self.world.talks.values() if t.row.client_id == client.id]
        texts = [item for talk in talks for item in talk.items if isinstance(item, MessageView)]
        waits = {MessageState.QUEUED, MessageState.HELD}
        return numbers.NumberEndReply(
            waiting=sum(t.state in waits and t.number_to == number.value for t in texts),
            scheduled=sum(talk.row.scheduled_count for talk in talks),
        )

    def on_preview_merge(self, request: merging.PreviewMerge) -> merging.MergePreviewReply:
        survivor = self._client(request.asker.staff_id, request.client_id)
        absorbed = self._client(request.asker.staff_id, request.absorb_id)
        if survivor.id == absorbed.id:
            raise Refused("same_client", "These are one client already.", kind="conflict")
        talk = self.world.talks[absorbed.conversation_id or uuid4()]
        return merging.MergePreviewReply(
            survivor=survivor,
            absorbed=absorbed,
            threads=(
                merging.MergedThread(
                    department_id=self.world.department.id,
                    department_name=self.world.department.department_name,
                    joins=True,
                    messages=len(talk.items),
                    markers=2,
                    scheduled=talk.row.scheduled_count,
                    unread=talk.row.unread_count,
                ),
            ),
        )

    def on_merge_clients(self, request: merging.MergeClients) -> merging.MergeReply:
        survivor = self._client(request.asker.staff_id, request.client_id)
        absorbed = self._client(request.asker.staff_id, request.absorb_id)
        assert survivor.conversation_id is not None
        assert absorbed.conversation_id is not None
        gone = self.world.talks[absorbed.conversation_id]
        self.world.talks[survivor.conversation_id].items += gone.items
        return merging.MergeReply(
            client_id=survivor.id,
            conversation_id=survivor.conversation_id,
            messages_moved=len(gone.items),
        )

    def on_suggest_clients(self, request: inbox.SuggestClients) -> inbox.MaybeClientsReply:
        sender = self._talk(request.asker.staff_id, request.conversation_id).row.sender
        return inbox.MaybeClientsReply(
            items=tuple(
                inbox.MaybeClient(
                    client_id=one.id,
                    first_name=one.first_name,
                    last_name=one.last_name,
                    because=because,
                    is_ours=True,
                )
                for one in self.world.clients.values()
                if (because := self._because(one, sender, request.q)) is not None
            )
        )

    @staticmethod
    def _because(one: ClientView, sender: str | None, q: str) -> inbox.MaybeBecause | None:
        if any(number.value == sender for number in one.numbers):
            return inbox.MaybeBecause.HAS_NUMBER
        is_found = q and q.lower() in one.last_name.lower()
        return inbox.MaybeBecause.SEARCHED if is_found else None

    def on_attach_conversation(self, request: inbox.AttachConversation) -> inbox.AttachReply:
        stranger = self._talk(request.asker.staff_id, request.conversation_id)
        client = self.world.clients.get(request.client_id)
        if stranger.row.client_id is not None:
            raise Refused("not_in_inbox", "This has a case manager.", kind="conflict")
        if client is None or client.conversation_id is None:
            raise Refused("not_found", "This client does not exist.", kind="not_found")
        self.world.talks[client.conversation_id].items += stranger.items
        return inbox.AttachReply(
            client_id=client.id,
            conversation_id=client.conversation_id,
            messages_moved=len(stranger.items),
        )

    def _put(self, request: Any, state: ConversationState) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if talk.row.client_id is not None:
            raise Refused("not_a_stranger", "This is a client's conversation.", kind="conflict")
        self.world.change(talk, state=state)
        return ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def on_block_sender(self, request: inbox.BlockSender) -> ConversationReply:
        return self._put(request, ConversationState.BLOCKED)

    def on_unblock_sender(self, request: inbox.UnblockSender) -> ConversationReply:
        return self._put(request, ConversationState.UNASSIGNED)

    def _keeper(self, staff_id: UUID) -> set[Role]:
        roles = {held.role for held in self.world.staff[staff_id].roles}
        if not roles & {Role.ADMINISTRATOR, Role.SUPERVISOR}:
            raise not_found("page")
        return roles

    def _kept(self, text: quarantine.QuarantinedText, roles: set[Role]) -> Any:
        may_read = Role.SUPERVISOR in roles and text.department_id is not None
        return text if may_read else text.model_copy(update={"body": None})

    def on_list_quarantine(self, request: quarantine.ListQuarantine) -> quarantine.QuarantineReply:
        roles = self._keeper(request.asker.staff_id)
        return quarantine.QuarantineReply(
            items=tuple(self._kept(text, roles) for text in self.world.quarantine.values()),
            may_assign=(self.world.department.id,) if Role.ADMINISTRATOR in roles else (),
            may_file=(self.world.department.id,),
        )

    def on_assign_quarantined(
        self, request: quarantine.AssignQuarantined
    ) -> quarantine.QuarantinedReply:
        roles = self._keeper(request.asker.staff_id)
        found = self.world.quarantine.get(request.text_id)
        if found is None or Role.ADMINISTRATOR not in roles:
            raise not_found("text")
        place = {
            "department_id": request.department_id,
            "department_name": self.world.department.department_name,
        }
        self.world.quarantine[found.id] = found.model_copy(update=place)
        given = self.world.quarantine[found.id]
        return quarantine.QuarantinedReply(text=self._kept(given, roles))

    def on_file_quarantined(
        self, request: quarantine.FileQuarantined
    ) -> quarantine.QuarantineFiledReply:
        self._keeper(request.asker.staff_id)
        if request.text_id not in self.world.quarantine:
            raise Refused("already_filed", "Somebody was faster.", kind="conflict")
        found = self.world.quarantine.pop(request.text_id)
        talk = self.world.add_stranger(found.number_from)
        self.world.hear(talk, found.body or "")
        return quarantine.QuarantineFiledReply(
            text_id=found.id,
            department_id=request.department_id,
            conversation_id=talk.row.id,
            filed_as=quarantine.FiledAs.UNKNOWN_SENDER,
        )

    def on_refile_message(self, request: inbox.RefileMessage) -> inbox.RefileReply:
        message = self._message(request.asker.staff_id, request.message_id)
        source = next(talk for talk in self.world.talks.values() if message in talk.items)
        clients = self.world.clients
        if request.client_id is not None and request.client_id not in clients:
            raise Refused("not_found", "This client does not exist.", kind="not_found")
        client = clients[request.client_id] if request.client_id else list(clients.values())[-1]
        target = self.world.talks[client.conversation_id or uuid4()]
        source.items.remove(message)
        target.items.append(message)
        self.world.mark(source, MarkerKind.REFILED)
        return inbox.RefileReply(
            message_id=message.id,
            from_conversation_id=source.row.id,
            conversation_id=target.row.id,
            client_id=client.id,
        )
