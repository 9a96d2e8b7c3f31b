"""A new client, or rule 2.4's answer for a number that somebody has."""

from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.clients import AddClient, AddClientReply, AddedClient
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application import client_facts, facts
from clientcomm_conversations.application.authorize import require, rights_of_receiver
from clientcomm_conversations.application.client_fields import checked_fields, department_to_add_in
from clientcomm_conversations.application.clients import NewClient, NewConversation
from clientcomm_conversations.application.marking import mark_attached, mark_opened
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.telling_clients import greet
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.adding import Answer, Decision, Step, decide
from clientcomm_conversations.domain.bodies import tidied
from clientcomm_conversations.domain.client import checked_name, checked_zone
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Right,
    StaffRights,
    may_in_department,
)
from clientcomm_conversations.domain.refusals import inbox as refusals
from clientcomm_conversations.domain.thread import Thread


async def add_client(writer: Writer, request: AddClient) -> AddClientReply:
    """Add, land in, open or join, once per key; two at once take turns by the number."""
    return await once(writer, request, partial(_add, writer, request))


async def _add(writer: Writer, request: AddClient) -> AddClientReply:
    rights = await rights_of_receiver(writer, request.asker)
    department_id = department_to_add_in(rights, request.department_id)
    if not await writer.has_department(department_id):
        raise not_found("department")
    number = await checked_fields(writer, request)
    await writer.take_turn_with(number)
    holders = await writer.holders(number, department_id)
    decision = decide(
        holders,
        me=rights.staff_id,
        answer=Answer(request.resolve) if request.resolve else None,
        client_id=request.client_id,
    )
    return await _carry_out(writer, request, rights, decision, number, department_id)


async def _carry_out(
    writer: Writer,
    request: AddClient,
    rights: StaffRights,
    decision: Decision,
    number: str,
    department_id: UUID,
) -> AddClientReply:
    mine = _assignee(rights, department_id)
    match decision.step, decision.holder:
        case ((Step.LAND | Step.OPEN), holder) if holder is not None and holder.conversation_id:
            if decision.step is Step.OPEN:
                await _open(writer, holder.conversation_id, mine, by=rights.staff_id)
            known = _typed(writer, request, holder.conversation_id, department_id, holder.client_id)
            await writer.fill_in(known)
            outcome = (
                AddedClient.REOPENED if decision.step is Step.OPEN else AddedClient.ALREADY_MINE
            )
            return AddClientReply(
                outcome=outcome,
                client_id=holder.client_id,
                conversation_id=holder.conversation_id,
            )
        case Step.JOIN, holder if holder is not None:
            client_id = holder.client_id
        case _:
            client_id = await _create(writer, request, number, department_id)
    thread, is_greeted = await _begin(writer, request, client_id, department_id, rights)
    return AddClientReply(
        outcome=AddedClient.CREATED,
        client_id=client_id,
        conversation_id=thread.id,
        is_greeted=is_greeted,
    )


async def _open(writer: Writer, conversation_id: UUID, mine: UUID | None, *, by: UUID) -> None:
    held = await writer.lock([conversation_id])
    thread, now = held.threads[conversation_id], writer.now()
    thread.give_to(mine, assignment_id=writer.new_id(), at=now, by_staff_id=by)
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by))
    await mark_opened(writer, thread, by=by, why="client_added")
    await writer.save([thread])


async def _create(writer: Writer, request: AddClient, number: str, department_id: UUID) -> UUID:
    first_name, last_name = checked_name(request.first_name, request.last_name)
    client = await writer.insert_client(
        NewClient(
            id=writer.new_id(),
            department_id=department_id,
            first_name=first_name,
            last_name=last_name,
            language=one_line(request.language) or "en",
            time_zone=checked_zone(request.time_zone),
            id_number=one_line(request.id_number or "") or None,
            number_id=writer.new_id(),
            number=number,
            by_staff_id=request.asker.staff_id,
            at=writer.now(),
        )
    )
    writer.publish(client_facts.client_changed(client, now=writer.now()))
    return client.id


async def _begin(
    writer: Writer, request: AddClient, client_id: UUID, department_id: UUID, rights: StaffRights
) -> tuple[Thread, bool]:
    """The department's conversation with the client: a stranger's that becomes theirs, or new.

    And whether the first text goes out: a stranger has texted and was answered before.
    """
    stranger = await _stranger(writer, request, rights, department_id)
    known_as = stranger.id if stranger else writer.new_id()
    new = _typed(writer, request, known_as, department_id, client_id)
    if stranger is None:
        await writer.open_conversation(new)
    else:
        await writer.make_clients(new)
    held = await writer.lock_to_send([new.id])
    thread, mine, by = held.threads[new.id], _assignee(rights, department_id), rights.staff_id
    if mine is not None or stranger is None:
        thread.give_to(mine, assignment_id=writer.new_id(), at=new.at, by_staff_id=by)
    writer.publish(facts.conversation_changed(thread, now=new.at, by_staff_id=by))
    first = None
    if stranger is None:
        first = await greet(writer, thread, held.addresses[thread.id])
    else:
        await mark_attached(writer, thread, stranger.sender or "", by=by, why="client_added")
    await writer.save([thread])
    if first is not None:
        writer.publish(first)
    return thread, first is not None


def _typed(
    writer: Writer, request: AddClient, conversation_id: UUID, department_id: UUID, client_id: UUID
) -> NewConversation:
    return NewConversation(
        id=conversation_id,
        department_id=department_id,
        client_id=client_id,
        notes=tidied(request.notes),
        consent_how=one_line(request.consent_how) or None,
        by_staff_id=request.asker.staff_id,
        at=writer.now(),
    )


async def _stranger(
    writer: Writer, request: AddClient, rights: StaffRights, department_id: UUID
) -> Thread | None:
    """The unknown sender's conversation that the client is made from, if any (rule 2.8)."""
    if request.from_conversation_id is None:
        return None
    held = await writer.lock([request.from_conversation_id])
    thread = held.get(request.from_conversation_id)
    if thread is None or thread.department_id != department_id:
        raise not_found("conversation")
    require(rights, Right.EDIT, thread.facts)
    if thread.client_id is not None or thread.state is ConversationState.BLOCKED:
        raise refusals.not_in_inbox()
    return thread


def _assignee(rights: StaffRights, department_id: UUID) -> UUID | None:
    """The asker, if they can have a caseload; what others add goes to the unassigned inbox."""
    has_caseload = may_in_department(rights, DepartmentRight.HAVE_CASELOAD, department_id)
    return rights.staff_id if has_caseload else None
