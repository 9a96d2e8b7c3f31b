"""Who is behind a conversation: numbers, merges, unknown senders, shared phones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.inbox import (
    AttachConversation,
    BlockSender,
    RefileMessage,
    SuggestClients,
    UnblockSender,
)
from clientcomm_contracts.conversations.merging import MergeClients, PreviewMerge
from clientcomm_contracts.conversations.numbers import (
    AddNumber,
    EarlierTexts,
    EditNumber,
    GiveUpNumber,
    ListEarlierTexts,
    NumbersReply,
    PreviewNumberEnd,
)
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Reading, Writing
from clientcomm_gateway.adapters.api.fields import NO_NUL
from clientcomm_gateway.adapters.api.models import identity as own
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Numbers, merging, unknown senders"])


@router.post("/clients/{client_id}/numbers", status_code=201, summary="Add a number")
async def add_number(client_id: UUID, new: own.NewNumber, caller: Writing) -> own.ClientNumbers:
    """A number that the client has from now on; `replaces` ends another one (rule 2.3).

    409 `number_shared` (`clients`): others have it; call again with `shared_phone` if they share.
    """
    reply = await caller.ask(
        AddNumber(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(new),
            client_id=client_id,
            phone=new.phone,
            label=new.label,
            is_primary=new.primary,
            replaces=new.replaces,
            is_shared=new.shared_phone,
        )
    )
    await caller.note_deed(Deed.NUMBER_CHANGED, client_id, change="added")
    return _numbers(reply)


@router.patch("/clients/{client_id}/numbers/{number_id}", summary="Change a number's label or rank")
async def edit_number(
    client_id: UUID, number_id: UUID, changes: own.NumberChanges, caller: Writing
) -> own.ClientNumbers:
    """`primary: true`: texted first from now on."""
    reply = await caller.ask(
        EditNumber(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(changes),
            client_id=client_id,
            number_id=number_id,
            label=changes.label,
            make_primary=changes.primary,
        )
    )
    await caller.note_deed(Deed.NUMBER_CHANGED, client_id, number_id, change="edited")
    return _numbers(reply)


@router.get("/clients/{client_id}/numbers/{number_id}/end", summary="What ending it would do")
async def preview_number_end(
    client_id: UUID, number_id: UUID, caller: Reading
) -> own.NumberEndPreview:
    """In numbers; nothing changes."""
    question = PreviewNumberEnd(asker=caller.asker, client_id=client_id, number_id=number_id)
    reply = await caller.ask(question)
    return own.NumberEndPreview(waiting=reply.waiting, scheduled=reply.scheduled)


@router.delete("/clients/{client_id}/numbers/{number_id}", summary="End a number")
async def give_up_number(
    client_id: UUID,
    number_id: UUID,
    caller: Writing,
    wrong: Annotated[bool, Query(description="It never was the client's (rule 2.13b).")] = False,
) -> own.ClientNumbers:
    """The number stays in the history; what waits to go to a wrong one is withdrawn."""
    reply = await caller.ask(
        GiveUpNumber(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(own.NumberEnd(wrong=wrong)),
            client_id=client_id,
            number_id=number_id,
            is_wrong=wrong,
        )
    )
    change = "wrong" if wrong else "given_up"
    await caller.note_deed(Deed.NUMBER_CHANGED, client_id, number_id, change=change)
    return _numbers(reply)


@router.get("/clients/{client_id}/earlier-texts", summary="Earlier texts of a client's numbers")
async def list_earlier_texts(client_id: UUID, caller: Reading) -> own.EarlierTextsList:
    """Texts in the unassigned inbox that may be this client's: attach them, or leave them."""
    reply = await caller.ask(ListEarlierTexts(asker=caller.asker, client_id=client_id))
    return own.EarlierTextsList(items=[_earlier(one) for one in reply.items])


@router.get("/clients/{client_id}/merge", summary="What a merge would do")
async def preview_merge(
    client_id: UUID, absorb_id: Annotated[UUID, Query()], caller: Reading
) -> own.MergePreview:
    """In numbers; refused for the same reasons as the merge itself."""
    reply = await caller.ask(
        PreviewMerge(asker=caller.asker, client_id=client_id, absorb_id=absorb_id)
    )
    return own.MergePreview(
        survivor=shapes.client(reply.survivor),
        absorbed=shapes.client(reply.absorbed),
        threads=[
            own.MergedThread(
                department=one.department_name,
                joins=one.joins,
                messages=one.messages,
                markers=one.markers,
                scheduled=one.scheduled,
                unread=one.unread,
            )
            for one in reply.threads
        ],
    )


@router.post("/clients/{client_id}/merge", summary="Merge two clients")
async def merge_clients(client_id: UUID, merge: own.Merge, caller: Writing) -> own.Merged:
    """Everything of `absorb_id` is this client's from now on, for ever (rule 2.5).

    409 `merge_needs_organisation` (`departments`): another department has both.
    """
    reply = await caller.ask(
        MergeClients(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(merge),
            client_id=client_id,
            absorb_id=merge.absorb_id,
            name_from=merge.name_from,
            primary_number_id=merge.primary_number_id,
        )
    )
    await caller.note_deed(Deed.CLIENTS_MERGED, reply.client_id, merge.absorb_id)
    found = await caller.ask(GetClient(asker=caller.asker, client_id=reply.client_id))
    return own.Merged(**dict(shapes.client(found.client)), messages_moved=reply.messages_moved)


@router.get("/conversations/{conversation_id}/suggested-clients", summary="Whom a sender may be")
async def suggest_clients(
    conversation_id: UUID,
    caller: Reading,
    q: Annotated[str, Query(pattern=NO_NUL, max_length=200)] = "",
) -> own.MaybeClients:
    """Clients who have or had the unknown sender's number, and those found by `q`."""
    question = SuggestClients(asker=caller.asker, conversation_id=conversation_id, q=q)
    return own.MaybeClients(
        items=[
            own.MaybeClient(
                client_id=one.client_id,
                first_name=one.first_name,
                last_name=one.last_name,
                because=one.because,
                own_department=one.is_ours,
                assigned_to=shapes.staff_ref(one.assigned_to),
            )
            for one in (await caller.ask(question)).items
        ]
    )


@router.post("/conversations/{conversation_id}/attach", summary="Attach to a client")
async def attach(
    conversation_id: UUID, attachment: own.Attachment, caller: Writing
) -> own.Attached:
    """The sender's number is the client's, the texts move into the client's thread (rule 2.8)."""
    reply = await caller.ask(
        AttachConversation(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(attachment),
            conversation_id=conversation_id,
            client_id=attachment.client_id,
        )
    )
    await caller.note_deed(Deed.CONVERSATION_ATTACHED, conversation_id, reply.client_id)
    return own.Attached(
        client_id=reply.client_id,
        conversation_id=reply.conversation_id,
        messages_moved=reply.messages_moved,
    )


@router.post("/conversations/{conversation_id}/block", summary="Block as spam")
async def block(conversation_id: UUID, caller: Writing) -> models.ConversationDetail:
    """Kept and hidden; it is no opt-out, and `unblock` undoes it (rule 2.8)."""
    key = caller.repeat_key_if_given()
    question = BlockSender(asker=caller.asker, repeat_key=key, conversation_id=conversation_id)
    reply = await caller.ask(question)
    await caller.note_deed(Deed.SENDER_BLOCKED, conversation_id)
    return shapes.conversation_detail(reply.conversation)


@router.post("/conversations/{conversation_id}/unblock", summary="Unblock")
async def unblock(conversation_id: UUID, caller: Writing) -> models.ConversationDetail:
    """Back into the unassigned inbox."""
    key = caller.repeat_key_if_given()
    question = UnblockSender(asker=caller.asker, repeat_key=key, conversation_id=conversation_id)
    reply = await caller.ask(question)
    await caller.note_deed(Deed.SENDER_UNBLOCKED, conversation_id)
    return shapes.conversation_detail(reply.conversation)


@router.post("/messages/{message_id}/refile", summary="File with the other client")
async def refile(
    message_id: UUID, caller: Writing, refiling: own.Refiling | None = None
) -> own.Refiled:
    """A text of a shared phone goes to another client of that number (rule 2.6).

    409 `choose_client` (`clients`): more than one other has it; call again with `client_id`.
    """
    reply = await caller.ask(
        RefileMessage(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(refiling),
            message_id=message_id,
            client_id=refiling.client_id if refiling else None,
        )
    )
    ids = (reply.message_id, reply.from_conversation_id, reply.conversation_id)
    await caller.note_deed(Deed.MESSAGE_REFILED, *ids)
    return own.Refiled(**dict(reply))


def _numbers(reply: NumbersReply) -> own.ClientNumbers:
    return own.ClientNumbers(
        **dict(shapes.client(reply.client)),
        earlier_texts=[_earlier(one) for one in reply.earlier_texts],
        landline=reply.is_landline,
    )


def _earlier(one: EarlierTexts) -> own.EarlierTexts:
    return own.EarlierTexts(
        conversation_id=one.conversation_id,
        sender=one.sender,
        texts=one.texts,
        last_at=one.last_at,
    )
