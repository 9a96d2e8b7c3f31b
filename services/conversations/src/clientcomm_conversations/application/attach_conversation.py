"""An unknown sender is a client: the number is theirs, the texts move to their thread (2.8)."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.inbox import AttachConversation, AttachReply
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.client_fields import require_no_departments
from clientcomm_conversations.application.clients import NewConversation
from clientcomm_conversations.application.joining import join
from clientcomm_conversations.application.marking import mark_attached
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.telling_numbers import tell_numbers
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.client import Client, ClientNumber
from clientcomm_conversations.domain.numbers import with_number
from clientcomm_conversations.domain.permissions import Right, StaffRights, may
from clientcomm_conversations.domain.phone_numbers import is_phone
from clientcomm_conversations.domain.refusals import inbox as refusals
from clientcomm_conversations.domain.thread import Thread


async def attach_conversation(writer: Writer, request: AttachConversation) -> AttachReply:
    """Attach, once per key. Raises Refused."""
    return await once(writer, request, partial(_attach, writer, request))


async def _attach(writer: Writer, request: AttachConversation) -> AttachReply:
    rights = await rights_of(writer, request.asker)
    sender = await writer.joining.sender_of(request.conversation_id)
    if sender is None:
        raise not_found("conversation")
    await writer.take_turn_with(sender)
    client = await writer.lock_client(request.client_id)
    if client is None:
        raise not_found("client")
    threads = await writer.conversations_of(client.id)
    held = await writer.lock([request.conversation_id, *threads])
    stranger = held.threads[request.conversation_id]
    own = _of_department(held, client, stranger)
    _check(rights, client, stranger, own, sender)
    await _add_number(writer, client, held, stranger, sender, rights)
    if own is None:
        return await _become(writer, client, stranger, sender, rights)
    return await _join(writer, client, own, stranger, sender, rights)


def _of_department(held: Held, client: Client, stranger: Thread) -> Thread | None:
    """The department's conversation with the client, if there is one."""
    return next(
        (
            thread
            for thread in held.each()
            if thread.client_id == client.id and thread.department_id == stranger.department_id
        ),
        None,
    )


def _check(
    rights: StaffRights, client: Client, stranger: Thread, own: Thread | None, sender: str
) -> None:
    """The inbox's keepers, and who has the client where the number is the client's (rule 2.8).

    What somebody has taken from the inbox joins as if it were a client who exists twice (2.5).
    """
    if _may_join_taken(rights, stranger, own):
        return
    has_number = any(number.value == sender for number in client.current_numbers)
    is_offered = has_number and own is not None and may(rights, Right.EDIT, own.facts)
    if not is_offered and not may(rights, Right.ATTACH, stranger.facts):
        raise not_allowed() if may(rights, Right.SEE, stranger.facts) else not_found("conversation")
    if stranger.client_id is not None or stranger.state is not ConversationState.UNASSIGNED:
        raise refusals.not_in_inbox()
    if own is None and all(number.value != sender for number in client.numbers):
        raise not_found("client")


def _may_join_taken(rights: StaffRights, stranger: Thread, own: Thread | None) -> bool:
    is_taken = stranger.state in {ConversationState.OPEN, ConversationState.CLOSED}
    return (
        is_taken
        and stranger.client_id is None
        and own is not None
        and may(rights, Right.MERGE, stranger.facts)
        and may(rights, Right.MERGE, own.facts)
    )


async def _add_number(
    writer: Writer, client: Client, held: Held, stranger: Thread, sender: str, rights: StaffRights
) -> None:
    """What is no telephone cannot become a number; its texts move all the same."""
    has_number = any(number.value == sender for number in client.current_numbers)
    if has_number or not is_phone(sender):
        return
    await require_no_departments(writer, sender)
    new = ClientNumber(
        id=writer.new_id(),
        value=sender,
        label="",
        since=writer.now(),
        until=None,
        is_primary=False,
        how="attached",
        added_by=rights.staff_id,
    )
    after = with_number(client, new, replaces=None, make_primary=False)
    others: Mapping[UUID, Thread] = {t.id: t for t in held.each() if t.id != stranger.id}
    await tell_numbers(
        writer, Held(others, {}), after, rights.staff_id, details={"new_number": sender}
    )


async def _become(
    writer: Writer, client: Client, stranger: Thread, sender: str, rights: StaffRights
) -> AttachReply:
    """The department had no conversation with this client: this is it, still in the inbox."""
    await writer.make_clients(
        NewConversation(
            id=stranger.id,
            department_id=stranger.department_id,
            client_id=client.id,
            notes="",
            consent_how=None,
            by_staff_id=rights.staff_id,
            at=writer.now(),
        )
    )
    thread = (await writer.lock([stranger.id])).threads[stranger.id]
    now, by = writer.now(), rights.staff_id
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by))
    await mark_attached(writer, thread, sender, by=by)
    await writer.save([thread])
    return AttachReply(client_id=client.id, conversation_id=stranger.id, messages_moved=0)


async def _join(
    writer: Writer,
    client: Client,
    own: Thread,
    stranger: Thread,
    sender: str,
    rights: StaffRights,
) -> AttachReply:
    moved = await join(writer, own, stranger, by=rights.staff_id)
    await mark_attached(writer, own, sender, by=rights.staff_id)
    await writer.save([own])
    return AttachReply(client_id=client.id, conversation_id=own.id, messages_moved=moved.messages)
