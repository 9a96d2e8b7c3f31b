"""Transfers, closings and labels (rules 2.9, 2.11, 2.12)."""

from uuid import UUID

from fastapi import APIRouter

from clientcomm_contracts.conversations.caseload import (
    CaseloadReply,
    CloseConversation,
    CloseConversations,
    ReopenConversation,
    TransferConversation,
    TransferConversations,
)
from clientcomm_contracts.conversations.labels import (
    LabelKind,
    LabelsReply,
    ListLabels,
    SetLabels,
)
from clientcomm_contracts.conversations.labels import OfferedLabel as Offered
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Reading, Writing
from clientcomm_gateway.adapters.api.models import caseload as its
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Caseload"])

_WITHIN = 30.0


@router.post("/conversations/{conversation_id}/transfer", summary="Transfer")
async def transfer(
    conversation_id: UUID, transfer: its.Transfer, caller: Writing
) -> models.ConversationDetail:
    """Gives the conversation, with all that is scheduled, to a colleague (rule 2.9)."""
    reply = await caller.ask(
        TransferConversation(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(transfer),
            conversation_id=conversation_id,
            staff_id=transfer.staff_id,
            note=transfer.note,
            tell_client=transfer.tell_client,
        )
    )
    await caller.note_deed(Deed.CONVERSATION_TRANSFERRED, conversation_id, transfer.staff_id)
    return shapes.conversation_detail(reply.conversation)


@router.post("/transfers", summary="Transfer many")
async def transfer_many(transfers: its.Transfers, caller: Writing) -> its.CaseloadChange:
    """Gives many conversations to one colleague; those that cannot go are left out."""
    reply = await caller.ask(
        TransferConversations(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(transfers),
            conversation_ids=tuple(transfers.conversation_ids),
            staff_id=transfers.staff_id,
            note=transfers.note,
            tell_clients=transfers.tell_clients,
            is_preview=transfers.preview,
        ),
        within=_WITHIN,
    )
    if not reply.is_preview:
        deed = Deed.CONVERSATION_TRANSFERRED
        await caller.note_deed(deed, transfers.staff_id, *reply.done)
    return _change(reply)


@router.post("/conversations/{conversation_id}/close", summary="Close")
async def close(
    conversation_id: UUID, caller: Writing, closing: its.Closing | None = None
) -> models.ConversationDetail:
    """Closes with an outcome; what is scheduled is canceled, all is read (rule 2.11)."""
    closing = closing or its.Closing()
    reply = await caller.ask(
        CloseConversation(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(closing),
            conversation_id=conversation_id,
            outcome_id=closing.outcome_id,
            unread_shown=closing.unread_shown,
        )
    )
    await caller.note_deed(Deed.CONVERSATION_CLOSED, conversation_id)
    return shapes.conversation_detail(reply.conversation)


@router.post("/closings", summary="Close many")
async def close_many(closings: its.Closings, caller: Writing) -> its.CaseloadChange:
    """Closes many conversations; those that cannot be closed are left out."""
    reply = await caller.ask(
        CloseConversations(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(closings),
            conversation_ids=tuple(closings.conversation_ids),
            outcome_id=closings.outcome_id,
            unread_shown=closings.unread_shown,
            is_preview=closings.preview,
        ),
        within=_WITHIN,
    )
    if not reply.is_preview:
        await caller.note_deed(Deed.CONVERSATION_CLOSED, *reply.done)
    return _change(reply)


@router.post("/conversations/{conversation_id}/reopen", summary="Open again")
async def reopen(conversation_id: UUID, caller: Writing) -> models.ConversationDetail:
    """Opens a closed conversation for its last case manager, else for the unassigned inbox."""
    reply = await caller.ask(
        ReopenConversation(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(None),
            conversation_id=conversation_id,
        )
    )
    await caller.note_deed(Deed.CONVERSATION_REOPENED, conversation_id)
    return shapes.conversation_detail(reply.conversation)


@router.patch("/conversations/{conversation_id}", summary="Set status and category")
async def set_labels(
    conversation_id: UUID, labels: its.Labels, caller: Writing
) -> models.ConversationDetail:
    """Sets or clears the department's own labels (rule 2.12)."""
    given = {LabelKind(name.removesuffix("_id")) for name in labels.model_fields_set}
    reply = await caller.ask(
        SetLabels(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(labels),
            conversation_id=conversation_id,
            changes=frozenset(given),
            status_id=labels.status_id,
            category_id=labels.category_id,
        )
    )
    await caller.note_deed(Deed.LABELS_SET, conversation_id)
    return shapes.conversation_detail(reply.conversation)


@router.get("/labels", summary="Statuses, categories and outcomes")
async def list_labels(caller: Reading, department_id: UUID | None = None) -> its.OfferedLabels:
    """What your departments offer, and how many of your own clients are due."""
    question = ListLabels(asker=caller.asker, department_id=department_id, with_follow_ups=True)
    return _labels(await caller.ask(question))


def _change(reply: CaseloadReply) -> its.CaseloadChange:
    return its.CaseloadChange(
        done=list(reply.done),
        left_out=[
            models.Skipped(conversation_id=one.conversation_id, code=one.code)
            for one in reply.left_out
        ],
        moves=its.Moves(**dict(reply.moves)),
        preview=reply.is_preview,
    )


def _labels(reply: LabelsReply) -> its.OfferedLabels:
    return its.OfferedLabels(
        statuses=[_label(one) for one in reply.statuses],
        categories=[_label(one) for one in reply.categories],
        outcomes=[_label(one) for one in reply.outcomes],
        follow_ups=[
            its.FollowUp(status_id=one.status.id, name=one.status.label, due=one.due)
            for one in reply.follow_ups
        ],
    )


def _label(one: Offered) -> its.OfferedLabel:
    return its.OfferedLabel(
        id=one.id,
        department_id=one.department_id,
        name=one.label,
        colour=one.colour,
        follow_up_days=one.follow_up_days,
        default=one.is_default,
    )
