"""Scheduler hands over what is due: conversations is the last gate (rules 3.7, 4.4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import OccurrenceRefusedV1
from clientcomm_contracts.values import Author, Lane, MessageState
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.handing_over import send_commands
from clientcomm_conversations.application.writing import Addresses, Held, Writer
from clientcomm_conversations.domain.addressing import obstacle_to, usual_number
from clientcomm_conversations.domain.bodies import LONGEST, tidied
from clientcomm_conversations.domain.entries import Draft, Message
from clientcomm_conversations.domain.permissions import Right, StaffRights, may
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.text_reports import Report
from clientcomm_conversations.domain.thread import Thread

Due = tuple[DueOccurrence, SendOccurrencesV1]


async def write_due_occurrences(writer: Writer, commands: Sequence[SendOccurrencesV1]) -> None:
    """Write each due text once, on behalf of its author or of who has the conversation now."""
    due = await _new(writer, commands)
    if not due:
        return
    held = await writer.lock_to_send(item.conversation_id for item, _ in due)
    authors = await _authors(writer, held, due)
    senders = _senders(held, due, authors)
    names = await writer.staff_names(sorted(one for one in senders if one is not None))
    handed: list[tuple[Message, SendOccurrencesV1]] = []
    for item, command in due:
        thread = held.get(item.conversation_id)
        if thread is None:
            continue
        sender = _sender(thread, item, authors)
        written = _write(writer, thread, held.addresses[thread.id], item, sender)
        if isinstance(written, OccurrenceRefusedV1):
            writer.publish(written, cause=command)
            continue
        name = names.get(sender) if sender else None
        _tell(writer, thread, written, command, name)
        if written.state is MessageState.QUEUED:
            handed.append((written, command))
    await writer.save(list(held.each()))
    for command in {id(command): command for _, command in handed}.values():
        texts = [facts.outgoing_text(message) for message, cause in handed if cause is command]
        for order in send_commands(texts):
            writer.publish(order, cause=command)


async def _new(writer: Writer, commands: Sequence[SendOccurrencesV1]) -> Sequence[Due]:
    """What was not written before, in the order in which it fell due."""
    every: dict[UUID, Due] = {}
    for command in commands:
        for item in command.items:
            every.setdefault(item.occurrence_id, (item, command))
    known = await writer.known_occurrences(list(every))
    fresh = [due for occurrence_id, due in every.items() if occurrence_id not in known]
    return sorted(fresh, key=lambda due: (due[0].due_at, due[0].occurrence_id))


async def _authors(
    writer: Writer, held: Held, due: Sequence[Due]
) -> Mapping[UUID, StaffRights | None]:
    """Rights of those authors to whom the conversation is not assigned."""
    others = {
        item.staff_id
        for item, _ in due
        if (thread := held.get(item.conversation_id)) and thread.assigned_to != item.staff_id
    }
    return {staff_id: await writer.staff_rights(staff_id) for staff_id in sorted(others)}


def _senders(
    held: Held, due: Sequence[Due], authors: Mapping[UUID, StaffRights | None]
) -> set[UUID | None]:
    return {
        _sender(thread, item, authors)
        for item, _ in due
        if (thread := held.get(item.conversation_id)) is not None
    }


def _sender(
    thread: Thread, item: DueOccurrence, authors: Mapping[UUID, StaffRights | None]
) -> UUID | None:
    """The author while they may send here; after a transfer who has the conversation now.

    In the unassigned inbox it is the department's alone: nothing goes out in the name of someone
    who is gone, or who gave the client away (rules 1.6, 2.9).
    """
    rights = authors.get(item.staff_id)
    may_send = rights is not None and may(rights, Right.SEND, thread.facts)
    if thread.assigned_to == item.staff_id or may_send:
        return item.staff_id
    return thread.assigned_to


def _write(
    writer: Writer, thread: Thread, addresses: Addresses, item: DueOccurrence, sender: UUID | None
) -> Message | OccurrenceRefusedV1:
    now = writer.now()
    body = tidied(item.body)
    number_to = usual_number(addresses.numbers, thread.last_inbound)
    code = obstacle_to(thread.state, number_from=addresses.number_from, number_to=number_to)
    if code is None and len(body) > LONGEST:
        code = "message_too_long"
    if code is not None or number_to is None or addresses.number_from is None:
        return _refused(thread, item, code or "no_number", now)
    state, error_code = MessageState.QUEUED, None
    if number_to in addresses.opted_out:
        state, error_code = MessageState.BLOCKED, "opted_out"
    elif item.not_after is not None and now > item.not_after:
        state, error_code = MessageState.MISSED, "not_after_passed"
    draft = Draft(
        id=writer.new_id(),
        author=Author.SCHEDULE,
        lane=Lane.AUTOMATIC,
        body=body,
        segments=count_segments(body),
        number_from=addresses.number_from,
        number_to=number_to,
        staff_id=sender,
        state=state,
        error_code=error_code,
        not_after=item.not_after,
        occurrence_id=item.occurrence_id,
    )
    return thread.write(draft, now)


def _refused(thread: Thread, item: DueOccurrence, code: str, now: datetime) -> OccurrenceRefusedV1:
    return OccurrenceRefusedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=now,
        occurrence_id=item.occurrence_id,
        department_id=thread.department_id,
        code=code,
    )


def _tell(
    writer: Writer,
    thread: Thread,
    message: Message,
    command: SendOccurrencesV1,
    staff_name: str | None,
) -> None:
    writer.publish(facts.message_written(thread, message, staff_name=staff_name), cause=command)
    if message.state is not MessageState.QUEUED:
        report = Report(0, message.state, message.written_at, message.error_code)
        writer.publish(facts.state_changed(thread, message, report), cause=command)
