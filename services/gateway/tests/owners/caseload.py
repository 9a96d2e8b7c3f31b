"""The part of the owners in memory that knows transfers, closings and labels."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import Talk

from clientcomm_contracts.conversations import caseload, labels
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import LabelView, SkippedRecipient, StaffName
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState, Role

_SHUT = {ConversationState.CLOSED, ConversationState.BLOCKED}


class CaseloadOwners(SeeingOwners):
    """Answers of conversations, over the same world."""

    def on_transfer_conversation(self, request: caseload.TransferConversation) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        receiver = self._receiver(request.staff_id)
        if talk.row.assigned_to == receiver:
            raise _conflict("already_theirs", field="staff_id")
        if talk.row.state in _SHUT:
            raise _conflict("conversation_closed")
        view = self._view(request.asker.staff_id, talk)
        self.world.change(talk, assigned_to=receiver, state=ConversationState.OPEN)
        return ConversationReply(conversation=view.model_copy(update={"row": talk.row}))

    def on_transfer_conversations(
        self, request: caseload.TransferConversations
    ) -> caseload.CaseloadReply:
        receiver = self._receiver(request.staff_id)
        going, left = self._sorted(request.asker.staff_id, request.conversation_ids)
        theirs = [talk for talk in going if talk.row.assigned_to == receiver]
        left += [_left(talk.row.id, "already_theirs") for talk in theirs]
        going = [talk for talk in going if talk not in theirs]
        reply = _reply(going, left, is_preview=request.is_preview)
        if not request.is_preview:
            for talk in going:
                self.world.change(talk, assigned_to=receiver, state=ConversationState.OPEN)
        return reply

    def on_close_conversation(self, request: caseload.CloseConversation) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if talk.row.state in _SHUT:
            raise _conflict("conversation_closed")
        self._check_outcome(request.outcome_id)
        _check_unread([talk], request.unread_shown)
        self.world.change(talk, state=ConversationState.CLOSED, unread_count=0)
        return ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def on_close_conversations(
        self, request: caseload.CloseConversations
    ) -> caseload.CaseloadReply:
        self._check_outcome(request.outcome_id)
        going, left = self._sorted(request.asker.staff_id, request.conversation_ids)
        reply = _reply(going, left, is_preview=request.is_preview)
        if not request.is_preview:
            _check_unread(going, request.unread_shown)
            for talk in going:
                self.world.change(talk, state=ConversationState.CLOSED, unread_count=0)
        return reply

    def on_reopen_conversation(self, request: caseload.ReopenConversation) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if talk.row.state is not ConversationState.CLOSED:
            raise _conflict("not_closed")
        self.world.change(talk, state=ConversationState.OPEN)
        return ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def on_list_labels(self, request: labels.ListLabels) -> labels.LabelsReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        reply = self.world.labels
        return reply if request.with_follow_ups else reply.model_copy(update={"follow_ups": ()})

    def on_list_due(self, request: labels.ListDue) -> labels.DueReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        return labels.DueReply(
            conversation_ids=tuple(
                talk.row.id
                for talk in self.world.talks.values()
                if talk.row.status is not None
                and talk.row.status.id == request.status_id
                and talk.row.assigned_to is not None
                and talk.row.assigned_to.id == request.asker.staff_id
            )
        )

    def on_set_labels(self, request: labels.SetLabels) -> ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        offered = {
            labels.LabelKind.STATUS: (self.world.labels.statuses, request.status_id),
            labels.LabelKind.CATEGORY: (self.world.labels.categories, request.category_id),
        }
        changes = {kind.value: _chosen(*offered[kind], kind) for kind in sorted(request.changes)}
        self.world.change(talk, **changes)
        return ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def _receiver(self, staff_id: UUID) -> StaffName:
        person = self.world.staff.get(staff_id)
        if person is None or Role.CASE_MANAGER not in {held.role for held in person.roles}:
            raise Refused("not_a_case_manager", "Choose a case manager.", field="staff_id")
        return StaffName(id=person.id, full_name=person.full_name)

    def _check_outcome(self, outcome_id: UUID | None) -> None:
        known = {one.id for one in self.world.labels.outcomes}
        if outcome_id is not None and outcome_id not in known:
            raise Refused("unknown_outcome", "Choose an outcome.", field="outcome_id")

    def _sorted(
        self, staff_id: UUID, asked: Sequence[UUID]
    ) -> tuple[list[Talk], list[SkippedRecipient]]:
        going: list[Talk] = []
        left: list[SkippedRecipient] = []
        for conversation_id in asked:
            try:
                talk = self._talk(staff_id, conversation_id)
            except Refused:
                left.append(_left(conversation_id, "not_yours"))
                continue
            if talk.row.state in _SHUT:
                left.append(_left(conversation_id, "closed"))
            else:
                going.append(talk)
        return going, left


def _chosen(
    offered: Sequence[labels.OfferedLabel], label_id: UUID | None, kind: labels.LabelKind
) -> LabelView | None:
    if label_id is None:
        return None
    for one in offered:
        if one.id == label_id:
            return LabelView(id=one.id, label=one.label, colour=one.colour)
    raise Refused(f"unknown_{kind}", "Choose one from the list.", field=f"{kind}_id")


def _check_unread(talks: Sequence[Talk], shown: int | None) -> None:
    if shown is not None and sum(talk.row.unread_count for talk in talks) > shown:
        raise _conflict("texts_arrived")


def _reply(
    going: Sequence[Talk], left: Sequence[SkippedRecipient], *, is_preview: bool
) -> caseload.CaseloadReply:
    if not going:
        raise _conflict("nothing_to_do", field="conversation_ids")
    return caseload.CaseloadReply(
        done=tuple(talk.row.id for talk in going),
        left_out=tuple(left),
        moves=caseload.WhatMoves(
            conversations=len(going),
            unread_texts=sum(talk.row.unread_count for talk in going),
            scheduled_texts=sum(talk.row.scheduled_count for talk in going),
            appointments=sum(talk.row.next_appointment_at is not None for talk in going),
        ),
        is_preview=is_preview,
    )


def _left(conversation_id: UUID, code: str) -> SkippedRecipient:
    return SkippedRecipient(conversation_id=conversation_id, code=code)


def _conflict(code: str, **more: Any) -> Refused:
    return Refused(code, f"Refused: {code}.", kind="conflict", **more)
