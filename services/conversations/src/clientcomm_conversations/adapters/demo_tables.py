"""The demo's history as rows, one insert per table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, insert

from clientcomm_contracts.values import Direction, MessageState
from clientcomm_conversations.adapters.demo_labels import DemoLabels
from clientcomm_conversations.adapters.directory import DirectoryTables
from clientcomm_conversations.adapters.tables.clients import client, client_number
from clientcomm_conversations.adapters.tables.consent import opt_out, opt_out_ledger
from clientcomm_conversations.adapters.tables.conversations import (
    assignment,
    conversation,
    conversation_summary,
)
from clientcomm_conversations.adapters.tables.departments import category, status
from clientcomm_conversations.adapters.tables.mass_messages import mass_message, mass_recipient
from clientcomm_conversations.adapters.tables.messages import marker, message
from clientcomm_conversations.application.demo.people import DemoClient
from clientcomm_conversations.application.demo.stage import Kept, Mailing, Stage
from clientcomm_conversations.application.demo.story import Story
from clientcomm_conversations.domain.entries import Message
from clientcomm_conversations.domain.search_words import search_text, sort_name
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.text_reports import Report
from clientcomm_persistence import Transaction

Row = Mapping[str, Any]


class DemoTables(DirectoryTables):
    """`application.seed_demo.DemoStore` on one transaction."""

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx)
        self._transaction = tx

    async def add_history(self, stage: Stage) -> None:
        """All clients, conversations, texts and markers."""
        offered = DemoLabels(sorted({kept.story.thread.department_id for kept in stage.kept}))
        labels = offered.of(stage.kept)
        filled: tuple[tuple[Table, Iterator[Row]], ...] = (
            (status, offered.statuses()),
            (category, offered.categories()),
            (client, map(_client, stage.clients.values())),
            (client_number, _numbers(stage)),
            (conversation, (_labelled(_conversation(kept), labels, kept) for kept in stage.kept)),
            (
                conversation_summary,
                (_labelled(_summary(kept, stage), labels, kept) for kept in stage.kept),
            ),
            (assignment, _assignments(stage)),
            (message, _messages(stage)),
            (marker, _markers(stage)),
            (opt_out, _opt_outs(stage)),
            (opt_out_ledger, _ledger(stage)),
            (mass_message, _mailings(stage)),
            (mass_recipient, _recipients(stage)),
        )
        for table, rows in filled:
            await self._transaction.execute(insert(table), list(rows))


def _labelled(row: Row, labels: Mapping[UUID, Row], kept: Kept) -> Row:
    return {**row, **labels[kept.story.thread.id]}


def _client(made: DemoClient) -> Row:
    return {
        "id": made.id,
        "first_name": made.first_name,
        "last_name": made.last_name,
        "language": made.language,
        "added_in_department_id": made.department_id,
        "id_number": made.id_number,
        "sequence": made.sequence,
        "created_at": made.created_at,
        "created_by": made.created_by,
    }


def _numbers(stage: Stage) -> Iterator[Row]:
    for made in stage.clients.values():
        for number in made.numbers:
            yield {
                "id": number.id,
                "client_id": made.id,
                "value": number.value,
                "label": number.label,
                "since": number.since,
                "until": number.until,
                "how": "told by the client",
                "is_primary": number.is_primary,
                "added_by": made.created_by,
            }


def _conversation(kept: Kept) -> Row:
    # Positions begin anew: what sms hands over is counted from what it has seen itself.
    thread = kept.story.thread
    return {
        "id": thread.id,
        "department_id": thread.department_id,
        "client_id": thread.client_id,
        "sender": thread.sender,
        "assigned_to": thread.assigned_to,
        "last_assigned_to": thread.last_assigned_to,
        "state": thread.state.value,
        "sequence": thread.sequence,
        "read_up_to": thread.read_up_to,
        "read_up_to_id": thread.read_up_to_id,
        "last_inbound_number": thread.last_inbound_number,
        "last_inbound_was_former": thread.last_inbound_was_former,
        "notes": kept.notes,
        "consent_how": kept.consent_how or None,
        "consent_by": kept.consent_by,
        "consent_at": kept.opened_at if kept.consent_by else None,
        "opened_at": kept.opened_at,
        "closed_at": kept.story.closed_at,
        "closed_by": thread.assigned_to if kept.story.closed_at else None,
        "outcome_id": kept.outcome_id,
    }


def _summary(kept: Kept, stage: Stage) -> Row:
    thread = kept.story.thread
    made = stage.clients.get(kept.client_id) if kept.client_id else None
    names = (made.first_name, made.last_name) if made else ("", "")
    numbers = [number.value for number in made.numbers] if made else [thread.sender or ""]
    id_number = made.id_number if made else None
    return {
        "conversation_id": thread.id,
        "department_id": thread.department_id,
        "assigned_to": thread.assigned_to,
        "state": thread.state.value,
        "client_id": thread.client_id,
        "first_name": names[0],
        "last_name": names[1],
        "sort_name": sort_name(*names, thread.sender),
        "sender": thread.sender,
        "primary_number": numbers[0],
        "id_number": id_number,
        "language": thread.language,
        "unread_count": thread.unread_count,
        "is_unread": thread.unread_count > 0,
        "has_delivery_problem": thread.delivery_problem_at is not None,
        "delivery_problem_at": thread.delivery_problem_at,
        "last_contact_at": kept.story.last_contact_at,
        "last_text": thread.last_text,
        "last_text_direction": thread.last_text_direction,
        "last_text_at": thread.last_text_at,
        "last_inbound_at": thread.last_inbound_at,
        "is_opted_out": thread.is_opted_out,
        "search_text": search_text(names, numbers, id_number),
    }


def _assignments(stage: Stage) -> Iterator[Row]:
    for kept in stage.kept:
        following = [later.since for later in kept.story.assignments[1:]]
        ends = [*following, None]
        for held, until in zip(kept.story.assignments, ends, strict=True):
            yield {
                "id": held.id,
                "conversation_id": held.conversation_id,
                "staff_id": held.staff_id,
                "since": held.since,
                "until": until,
                "by_staff_id": held.by_staff_id,
            }


def _messages(stage: Stage) -> Iterator[Row]:
    for kept in stage.kept:
        reports = kept.story.reports
        for text in kept.story.texts:
            yield _message(text, reports.get(text.id, []))


def _message(text: Message, reports: list[Report]) -> Row:
    last = reports[-1] if reports else None
    at = {report.state: report.at for report in reports}
    return {
        "id": text.id,
        "conversation_id": text.conversation_id,
        "department_id": text.department_id,
        "direction": text.direction.value,
        "author": text.author.value,
        "staff_id": text.staff_id,
        "lane": text.lane.value if text.lane else None,
        "body": text.body,
        "state": (last.state if last else text.state).value,
        "version": last.version if last else 0,
        "segments": text.segments,
        "number_from": text.number_from,
        "number_to": text.number_to,
        "at": text.at,
        "written_at": text.written_at,
        "received_at": text.received_at,
        "sent_at": at.get(MessageState.SENT),
        "delivered_at": at.get(MessageState.DELIVERED),
        "error_code": last.error_code if last else None,
        "tag": text.tag.value if text.tag else None,
        "mass_message_id": text.mass_message_id,
        "inbound_id": text.inbound_id if text.direction is Direction.INBOUND else None,
    }


def _markers(stage: Stage) -> Iterator[Row]:
    for kept in stage.kept:
        for stands in kept.story.markers:
            yield {
                "id": stands.id,
                "conversation_id": stands.conversation_id,
                "department_id": stands.department_id,
                "at": stands.at,
                "kind": stands.kind.value,
                "by_staff_id": stands.by_staff_id,
                "details": stands.details,
            }


def _opted_out(stage: Stage) -> Iterator[Story]:
    return (kept.story for kept in stage.kept if kept.story.thread.is_opted_out)


def _opt_outs(stage: Stage) -> Iterator[Row]:
    # Sequence 1 is what sms will tell when it hears of it: nothing new.
    for story in _opted_out(stage):
        yield {
            "department_id": story.thread.department_id,
            "number": story.number,
            "is_opted_out": True,
            "sequence": 1,
            "since": story.thread.last_inbound_at,
        }


def _ledger(stage: Stage) -> Iterator[Row]:
    for story in _opted_out(stage):
        yield {
            "id": uuid5(story.thread.id, "opted out"),
            "department_id": story.thread.department_id,
            "number": story.number,
            "what": "opted_out",
            "how": "stop",
            "client_id": story.thread.client_id,
            "message_id": story.last_inbound.id if story.last_inbound else None,
            "at": story.thread.last_inbound_at,
        }


def _mailings(stage: Stage) -> Iterator[Row]:
    written = Counter(text.mass_message_id for text in _mailed_texts(stage))
    for mailing in stage.mailings:
        yield _mailing(mailing, written[mailing.id])


def _mailing(mailing: Mailing, written: int) -> Row:
    return {
        "id": mailing.id,
        "department_id": mailing.department_id,
        "staff_id": mailing.staff_id,
        "body": mailing.body,
        "segments": count_segments(mailing.body),
        "recipients": written,
        "written": written,
        "settled": written,
        "created_at": mailing.at,
        "starts_at": mailing.at,
        "released_at": mailing.at,
        "sequence": 1,
    }


def _recipients(stage: Stage) -> Iterator[Row]:
    places: Counter[UUID | None] = Counter()
    for text in _mailed_texts(stage):
        places[text.mass_message_id] += 1
        yield {
            "id": uuid5(text.id, "recipient"),
            "mass_message_id": text.mass_message_id,
            "conversation_id": text.conversation_id,
            "position": places[text.mass_message_id],
            "message_id": text.id,
        }


def _mailed_texts(stage: Stage) -> Iterator[Message]:
    for kept in stage.kept:
        for text in kept.story.texts:
            if text.mass_message_id is not None:
                yield text
