"""A department's automatic replies: to an unknown sender's first text, and to HELP (2.7, 3.7)."""

from collections import Counter
from collections.abc import Sequence

from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Author, ConversationState, Lane, TextTag
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.filing import Filed
from clientcomm_conversations.application.writing import DepartmentVoice, Held, Writer
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.opt_out import COUNTED_OVER, may_answer_by_itself
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.thread import Draft, Thread


async def answer_by_itself(writer: Writer, held: Held, filed: Sequence[Filed]) -> None:
    """Write the automatic replies that these texts call for; to no machine, and not in a loop."""
    asked = [(item, which) for item in filed if (which := _occasion(item)) is not None]
    if not asked:
        return
    voices = await writer.voices({held.threads[i.conversation_id].department_id for i, _ in asked})
    numbers = {item.event.number_from for item, _ in asked}
    counted = Counter(await writer.automatic_replies(numbers, since=writer.now() - COUNTED_OVER))
    for item, which in asked:
        thread = held.threads[item.conversation_id]
        if thread.state is ConversationState.BLOCKED:
            continue
        voice = voices[thread.department_id]
        body = _wording(thread, voice, which)
        number = item.event.number_from
        is_allowed = may_answer_by_itself(
            number,
            tag=item.event.tag,
            is_opted_out=item.event.is_opted_out,
            sent_in_last_hour=counted[number],
        )
        if is_allowed and body is not None and voice.number is not None:
            counted[number] += 1
            await _answer(writer, thread, item, body=body, number_from=voice.number)


def _occasion(item: Filed) -> AutomaticText | None:
    if item.event.tag is TextTag.HELP:
        return AutomaticText.HELP
    return AutomaticText.UNKNOWN_SENDER if item.is_new else None


def _wording(thread: Thread, voice: DepartmentVoice, which: AutomaticText) -> str | None:
    if which is AutomaticText.HELP and voice.carrier_answers_help:
        return None
    return automatic_text(
        which,
        department_name=voice.name,
        languages=(thread.language, voice.language),
        own=voice.automatic_texts,
    )


async def _answer(
    writer: Writer, thread: Thread, item: Filed, *, body: str, number_from: str
) -> None:
    message = thread.write(
        Draft(
            id=writer.new_id(),
            author=Author.AUTOMATIC,
            lane=Lane.AUTOMATIC,
            body=body,
            segments=count_segments(body),
            number_from=number_from,
            number_to=item.event.number_from,
        ),
        writer.now(),
    )
    writer.publish(facts.message_written(thread, message), cause=item.event)
    writer.publish(SendTextsV1(items=(facts.outgoing_text(message),)), cause=item.event)
    await writer.count_automatic_reply(thread.department_id, message.number_to)
