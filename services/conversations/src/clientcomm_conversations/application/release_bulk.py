"""A slice of a mass message becomes messages, at the pace of the department's number (§4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.sms import OutgoingText, QuietWindow
from clientcomm_contracts.values import Author, Lane
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.bulk import Recipient, WaitingMassMessage
from clientcomm_conversations.application.handing_over import send_commands
from clientcomm_conversations.application.send_mass_message import progressed
from clientcomm_conversations.application.writing import Addresses, Held, Writer
from clientcomm_conversations.domain.addressing import obstacle_to, usual_number
from clientcomm_conversations.domain.entries import Draft, Message
from clientcomm_conversations.domain.mass_message import LeftOut, slice_size
from clientcomm_conversations.domain.thread import Thread

_REASONS = {"no_number": LeftOut.NO_NUMBER, "department_without_number": LeftOut.NO_NUMBER}


async def release_bulk(writer: Writer, department_id: UUID) -> int:
    """Write the department's next slice of bulk; returns how many recipients were dealt with."""
    if not await writer.try_turn_with_bulk(department_id):
        return 0
    waiting = await writer.next_mass_message(department_id)
    if waiting is None:
        return 0
    pace = await writer.bulk_pace(department_id)
    most = slice_size(
        segments=waiting.segments,
        segments_per_second=pace.segments_per_second,
        on_their_way=pace.on_their_way,
    )
    if most == 0:
        return 0
    recipients = await writer.next_recipients(waiting.id, most)
    held = await writer.lock_to_send(r.conversation_id for r in recipients)
    reached = await _reached_before(writer, waiting, held, recipients)
    authors = await _authors(writer, waiting, held)
    dealt_with, texts = _write_all(writer, waiting, held, recipients, reached, authors)
    await writer.save([thread for thread in held.each() if thread.written])
    for command in send_commands(texts):
        writer.publish(command)
    progress = await writer.record_release(waiting.id, dealt_with)
    writer.publish(progressed(waiting.id, progress, now=writer.now()))
    return len(dealt_with)


async def _reached_before(
    writer: Writer, waiting: WaitingMassMessage, held: Held, recipients: Sequence[Recipient]
) -> set[UUID]:
    """Survivors of merges that have this mass message already."""
    moved = [
        thread.id
        for recipient in recipients
        if (thread := held.get(recipient.conversation_id))
        and thread.id != recipient.conversation_id
    ]
    return set(await writer.texted_by(waiting.id, moved)) if moved else set()


async def _authors(
    writer: Writer, waiting: WaitingMassMessage, held: Held
) -> Mapping[UUID, StaffName]:
    """In whose name each conversation's text goes out: nobody writes who is gone (rule 1.6).

    Then it is the case manager who has the client now; who has none is left out.
    """
    if waiting.is_author_active:
        author = StaffName(id=waiting.staff_id, full_name=waiting.staff_name)
        return {thread.id: author for thread in held.each()}
    holders = {thread.id: thread.assigned_to for thread in held.each()}
    names = await writer.staff_names(sorted({one for one in holders.values() if one is not None}))
    return {
        thread_id: StaffName(id=holder, full_name=names.get(holder, ""))
        for thread_id, holder in holders.items()
        if holder is not None
    }


def _write_all(
    writer: Writer,
    waiting: WaitingMassMessage,
    held: Held,
    recipients: Sequence[Recipient],
    reached: set[UUID],
    authors: Mapping[UUID, StaffName],
) -> tuple[Sequence[Recipient], Sequence[OutgoingText]]:
    dealt_with: list[Recipient] = []
    texts: list[OutgoingText] = []
    for recipient in recipients:
        thread = held.get(recipient.conversation_id)
        if thread is None or thread.id in reached:
            reason = LeftOut.NOT_YOURS if thread is None else LeftOut.DUPLICATE
            dealt_with.append(replace(recipient, left_out=reason))
            continue
        reached.add(thread.id)
        addresses, author = held.addresses[thread.id], authors.get(thread.id)
        written = _write(writer, waiting, thread, addresses, author)
        if isinstance(written, LeftOut):
            dealt_with.append(replace(recipient, left_out=written))
            continue
        assert author is not None
        writer.publish(facts.message_written(thread, written, staff_name=author.full_name))
        texts.append(facts.outgoing_text(written, quiet=_quiet(thread, addresses)))
        dealt_with.append(replace(recipient, message_id=written.id))
    return dealt_with, texts


def _write(
    writer: Writer,
    waiting: WaitingMassMessage,
    thread: Thread,
    addresses: Addresses,
    author: StaffName | None,
) -> Message | LeftOut:
    """The text of one recipient; opt-out and closing are looked at now (rule 3.11)."""
    number_to = usual_number(addresses.numbers, thread.last_inbound)
    code = obstacle_to(thread.state, number_from=addresses.number_from, number_to=number_to)
    if code is not None or number_to is None or addresses.number_from is None:
        return _REASONS.get(code or "no_number", LeftOut.CLOSED)
    if number_to in addresses.opted_out:
        return LeftOut.OPTED_OUT
    if author is None:
        return LeftOut.AUTHOR_GONE
    draft = Draft(
        id=writer.new_id(),
        author=Author.MASS,
        lane=Lane.BULK,
        body=waiting.body,
        segments=waiting.segments,
        number_from=addresses.number_from,
        number_to=number_to,
        staff_id=author.id,
        not_after=waiting.not_after,
        mass_message_id=waiting.id,
    )
    return thread.write(draft, writer.now())


def _quiet(thread: Thread, addresses: Addresses) -> QuietWindow:
    """Bulk waits until the client's quiet hours end (rule 3.9)."""
    hours = addresses.quiet_hours
    return QuietWindow(starts=hours.starts, ends=hours.ends, time_zone=thread.time_zone)
