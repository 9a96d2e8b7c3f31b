"""The owner of clients in memory."""

from uuid import UUID

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import Talk

from clientcomm_contracts.conversations.clients import (
    AddClient,
    AddClientReply,
    AddedClient,
    ClientReply,
    EditClient,
    GetClient,
    Resolve,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState, Role


class ClientOwners(SeeingOwners):
    """One case manager for each client."""

    def on_add_client(self, request: AddClient) -> AddClientReply:
        staff = self.world.staff[request.asker.staff_id]
        if not any(held.role in {Role.CASE_MANAGER, Role.SUPERVISOR} for held in staff.roles):
            raise Refused("may_not_add", "You may not add clients.", kind="not_allowed")
        digits = "".join(sign for sign in request.phone if sign.isdigit())
        phone = digits if digits.startswith("1") else f"1{digits}"
        no_number = "" if len(phone) >= len("12025550100") else "This is not a phone number."
        if not request.last_name:
            also = {"phone": no_number} if no_number else {}
            raise Refused(
                "last_name_missing", "No name.", field="last_name", details={"also": also}
            )
        if no_number:
            raise Refused("invalid_number", no_number, field="phone")
        known = self._client_with(f"+{phone}")
        if known is not None and request.resolve is None:
            return self._answer_for_known(known, request.asker.staff_id)
        if known is not None and request.resolve is Resolve.TAKE_OVER:
            return self._opened(known, request.asker.staff_id)
        talk = self.world.add_client(request.first_name, request.last_name, f"+{phone}", staff)
        assert talk.row.client_id is not None
        return AddClientReply(
            outcome=AddedClient.CREATED,
            client_id=talk.row.client_id,
            conversation_id=talk.row.id,
            is_greeted=self.world.department.greets,
        )

    def _opened(self, talk: Talk, staff_id: UUID) -> AddClientReply:
        assert talk.row.client_id is not None
        self.world.change(talk, state=ConversationState.OPEN, assigned_to=self._name(staff_id))
        return AddClientReply(
            outcome=AddedClient.REOPENED,
            client_id=talk.row.client_id,
            conversation_id=talk.row.id,
        )

    def _client_with(self, phone: str) -> Talk | None:
        talks = self.world.talks.values()
        return next((t for t in talks if t.row.client_id and t.row.primary_number == phone), None)

    def _answer_for_known(self, talk: Talk, staff_id: UUID) -> AddClientReply:
        owner = talk.row.assigned_to
        assert owner is not None
        assert talk.row.client_id is not None
        if owner.id == staff_id:
            return AddClientReply(
                outcome=AddedClient.ALREADY_MINE,
                client_id=talk.row.client_id,
                conversation_id=talk.row.id,
            )
        if talk.row.state is ConversationState.CLOSED:
            known = self.world.clients[talk.row.client_id]
            raise Refused(
                "known_in_my_department",
                "Your department has this client.",
                kind="conflict",
                details={
                    "conversation_id": str(talk.row.id),
                    "client": {
                        "id": str(known.id),
                        "first_name": known.first_name,
                        "last_name": known.last_name,
                    },
                    "whose": {"id": str(owner.id), "full_name": owner.full_name},
                },
            )
        raise Refused(
            "assigned_to_colleague",
            "A colleague has this client.",
            kind="conflict",
            details={
                "staff": {"id": str(owner.id), "full_name": owner.full_name},
                "client_id": str(talk.row.client_id),
            },
        )

    def on_get_client(self, request: GetClient) -> ClientReply:
        client = self._client(request.asker.staff_id, request.client_id)
        assert client.conversation_id is not None
        may = self._may_send(request.asker.staff_id, self.world.talks[client.conversation_id])
        history = self.world.histories.get(client.id) if request.with_history else None
        return ClientReply(client=client, may_edit=may, may_merge=may, history=history)

    def on_edit_client(self, request: EditClient) -> ClientReply:
        client = self._client(request.asker.staff_id, request.client_id)
        fields = ("first_name", "last_name", "language", "time_zone", "id_number", "notes")
        changes = {name: value for name in fields if (value := getattr(request, name)) is not None}
        self.world.clients[client.id] = client.model_copy(update=changes)
        return ClientReply(client=self.world.clients[client.id])
