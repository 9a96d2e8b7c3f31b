"""Automatic replies: to a stranger's first text, to HELP, for who is away, when it is closed.

Rules 2.7, 3.7 and 2.10.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Author, ConversationState, Lane, TextTag
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.arrived_rows import DepartmentVoice
from clientcomm_conversations.application.filing import Filed
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.entries import Draft
from clientcomm_conversations.domain.opt_out import COUNTED_OVER, may_answer_by_itself
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Thread


async def answer_by_itself(writer: Writer, held: Held, filed: Sequence[Filed]) -> None:
    """Write the automatic replies that these texts call for; to no machine, and not in a loop."""
    threads = [held.threads[item.conversation_id] for item in filed]
    voices = await writer.voices({thread.department_id for thread in threads})
    away = await writer.away_replies(
        sorted({thread.assigned_to for thread in threads if thread.assigned_to is not None})
    )
    offers = [
        (item, thread, offer)
        for item, thread in zip(filed, threads, strict=True)
        if (offer := _offer(writer, item, thread, voices[thread.department_id], away)) is not None
    ]
    if not offers:
        return
    numbers = {item.event.number_from for item, _, _ in offers}
    counted = Counter(await writer.automatic_replies(numbers, since=writer.now() - COUNTED_OVER))
    for item, thread, offer in offers:
        number = item.event.number_from
        is_allowed = may_answer_by_itself(
            number,
            tag=item.event.tag,
            is_opted_out=item.event.is_opted_out,
            sent_in_last_hour=counted[number],
        )
        if is_allowed and await _is_due(writer, thread, offer):
            counted[number] += 1
            await _answer(writer, thread, item, offer)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A reply that might be sent. `closed_since`: it is one that the office is closed."""

    body: str
    number_from: str
    is_away: bool = False
    closed_since: datetime | None = None


def _offer(
    writer: Writer,
    item: Filed,
    thread: Thread,
    voice: DepartmentVoice,
    away: Mapping[UUID, str],
) -> _Offer | None:
    """One at most: for a word that asks for it, to who is new, for who is away, for the hour."""
    if voice.number is None or thread.state is ConversationState.BLOCKED:
        return None
    if item.event.tag is TextTag.HELP or item.is_new:
        which = AutomaticText.UNKNOWN_SENDER
        if item.event.tag is TextTag.HELP:
            which = AutomaticText.HELP
        body = _wording(thread, voice, which)
        return _Offer(body, voice.number) if body else None
    if thread.assigned_to is not None and thread.assigned_to in away:
        return _Offer(away[thread.assigned_to], voice.number, is_away=True)
    closed_since = voice.office.closed_since(writer.now())
    body = _wording(thread, voice, AutomaticText.OUTSIDE_OFFICE_HOURS)
    if closed_since is None or body is None:
        return None
    return _Offer(body, voice.number, closed_since=closed_since)


async def _is_due(writer: Writer, thread: Thread, offer: _Offer) -> bool:
    if offer.is_away:
        return await writer.may_reply_away(thread.id)
    if offer.closed_since is not None:
        return await writer.may_reply_closed(thread.id, closed_since=offer.closed_since)
    return True


def _wording(thread: Thread, voice: DepartmentVoice, which: AutomaticText) -> str | None:
    if which is AutomaticText.HELP and voice.carrier_answers_help:
        return None
    return automatic_text(
        which,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
    )


async def _answer(writer: Writer, thread: Thread, item: Filed, offer: _Offer) -> None:
    message = thread.write(
        Draft(
            id=writer.new_id(),
            author=Author.AUTOMATIC,
            lane=Lane.AUTOMATIC,
            body=offer.body,
            segments=count_segments(offer.body),
            number_from=offer.number_from,
            number_to=item.event.number_from,
        ),
        writer.now(),
    )
    writer.publish(facts.message_written(thread, message), cause=item.event)
    writer.publish(SendTextsV1(items=(facts.outgoing_text(message),)), cause=item.event)
    await writer.count_automatic_reply(thread.department_id, message.number_to)
