"""sms reports where outbound texts are (rule 3.2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from clientcomm_contracts.sms import TextReport, TextsReportedV1
from clientcomm_contracts.values import MessageState
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.bulk_of_who_is_gone import release_again
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.entries import Standing
from clientcomm_conversations.domain.message_states import ON_THE_WAY
from clientcomm_conversations.domain.text_reports import Report


async def apply_text_reports(writer: Writer, events: Sequence[TextsReportedV1]) -> None:
    """Apply a batch of reports: by version and rank, each change told once, in order."""
    reports = [(report, event) for event in events for report in event.items]
    held = await writer.lock(report.conversation_id for report, _ in reports)
    standings = {s.id: s for s in await writer.standings([r.message_id for r, _ in reports])}
    settled: Counter[UUID] = Counter()
    for report, event in sorted(reports, key=lambda pair: pair[0].version):
        message = standings.get(report.message_id)
        thread = held.get(message.conversation_id) if message else None
        if message is None or thread is None or not thread.apply(_of(report), message):
            continue
        told = facts.state_changed(thread, message, _of(report))
        writer.publish(told, cause=event, correlation_id=report.correlation_id)
        standings[message.id] = replace(message, state=report.state, version=report.version)
        if message.mass_message_id is not None:
            settled[message.mass_message_id] += _settles(message.state, report.state)
    await writer.save([thread for thread in held.each() if thread.moved], settled=settled)
    await release_again(writer, [one.id for one in standings.values() if _is_canceled_bulk(one)])


def _of(report: TextReport) -> Report:
    return Report(report.version, report.state, report.at, report.error_code, report.segments)


def _is_canceled_bulk(message: Standing) -> bool:
    return message.mass_message_id is not None and message.state is MessageState.CANCELED


def _settles(before: MessageState, after: MessageState) -> int:
    """How a change counts against the slice of bulk that is on its way (architecture §4)."""
    return (before in ON_THE_WAY) - (after in ON_THE_WAY)
