from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.values import Author, ConversationState, Lane, MessageState
from clientcomm_conversations.domain.entries import Arrival, Draft, Standing
from clientcomm_conversations.domain.text_reports import Report
from clientcomm_conversations.domain.thread import Thread

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FAILURES = [MessageState.FAILED, MessageState.UNDELIVERED, MessageState.BLOCKED]


def _thread() -> Thread:
    return Thread(
        id=uuid4(),
        department_id=uuid4(),
        client_id=uuid4(),
        sender=None,
        assigned_to=uuid4(),
        last_assigned_to=None,
        can_return_to_last=False,
        state=ConversationState.OPEN,
        time_zone="America/Chicago",
        language="en",
        sequence=0,
        reply_position=0,
        automatic_position=0,
        bulk_position=0,
        read_up_to=None,
        read_up_to_id=None,
        last_inbound_number=None,
        last_inbound_was_former=False,
        unread_count=0,
        delivery_problem_at=None,
        last_contact_at=None,
        last_text="",
        last_text_direction=None,
        last_text_at=None,
        last_inbound_at=None,
        is_opted_out=False,
    )


def _draft(
    lane: Lane = Lane.REPLY,
    *,
    author: Author = Author.STAFF,
    state: MessageState = MessageState.QUEUED,
) -> Draft:
    return Draft(
        id=uuid4(),
        author=author,
        lane=lane,
        body="hello",
        segments=1,
        number_from="+12025550100",
        number_to="+12025550123",
        state=state,
    )


def _arrival(at: datetime = NOON) -> Arrival:
    return Arrival(
        id=uuid4(),
        inbound_id=uuid4(),
        body="hi",
        segments=1,
        number_from="+12025550123",
        number_to="+12025550100",
        received_at=at,
    )


@given(st.lists(st.tuples(st.sampled_from(list(Lane)), st.booleans()), max_size=40))
def test_positions_are_gapless_in_each_lane_and_only_for_what_is_handed_over(
    texts: list[tuple[Lane, bool]],
) -> None:
    thread = _thread()

    written = [
        thread.write(
            _draft(lane, state=MessageState.QUEUED if goes else MessageState.BLOCKED), NOON
        )
        for lane, goes in texts
    ]

    for lane in Lane:
        positions = [m.position for m in written if m.lane is lane and m.position is not None]
        assert positions == list(range(1, len(positions) + 1))
    assert all((m.position is None) is (m.state is not MessageState.QUEUED) for m in written)


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(list(MessageState))), max_size=25))
def test_reports_in_any_order_end_in_the_same_place(
    reports: list[tuple[int, MessageState]],
) -> None:
    by_version = dict(reports)
    ordered = [Report(v, by_version[v], NOON) for v in sorted(by_version)]

    thread, twice = _thread(), _thread()
    standing = Standing(uuid4(), thread.id, Author.STAFF, MessageState.QUEUED, 0, NOON)
    end = _applied(thread, standing, ordered)
    again = _applied(twice, end, ordered)

    assert again == end
    assert twice.moved == {}


def _applied(thread: Thread, standing: Standing, reports: list[Report]) -> Standing:
    for report in reports:
        if thread.apply(report, standing):
            assert report.state.rank >= standing.state.rank
            standing = replace(standing, state=report.state, version=report.version)
    return standing


def test_several_reports_at_once_are_one_change_that_keeps_when_it_was_sent() -> None:
    thread = _thread()
    message = thread.write(_draft(), NOON)
    standing = Standing(message.id, thread.id, Author.STAFF, MessageState.QUEUED, 0, message.at)

    thread.apply(Report(1, MessageState.SENT, NOON + timedelta(seconds=1)), standing)
    thread.apply(Report(2, MessageState.DELIVERED, NOON + timedelta(seconds=5)), standing)

    (moved,) = thread.moved.values()
    assert moved.state is MessageState.DELIVERED
    assert moved.sent_at == NOON + timedelta(seconds=1)
    assert moved.delivered_at == NOON + timedelta(seconds=5)


def test_automatic_and_bulk_texts_are_no_contact() -> None:
    thread = _thread()

    thread.write(_draft(Lane.AUTOMATIC, author=Author.AUTOMATIC), NOON)
    thread.write(_draft(Lane.BULK, author=Author.MASS), NOON)
    assert thread.last_contact_at is None

    thread.write(_draft(Lane.AUTOMATIC, author=Author.SCHEDULE), NOON)
    assert thread.last_contact_at == NOON


def test_a_late_text_does_not_hide_a_newer_one_in_the_list() -> None:
    thread = _thread()
    thread.write(_draft(), NOON)

    thread.receive(_arrival(NOON - timedelta(hours=1)), NOON)

    assert thread.last_text == "hello"
    assert thread.unread_count == 1
    assert thread.last_contact_at == NOON


def test_what_arrives_behind_the_read_position_stands_after_it() -> None:
    thread = _thread()
    thread.read_up_to, thread.read_up_to_id = NOON, uuid4()

    message = thread.receive(_arrival(NOON - timedelta(hours=1)), NOON - timedelta(hours=2))

    assert message.at > NOON
    assert message.received_at == NOON - timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "code"), [(MessageState.UNKNOWN, "no_match"), (MessageState.SENT, "no_receipt")]
)
def test_what_the_carrier_did_not_know_when_asked_is_told_beside_the_same_state(
    state: MessageState, code: str
) -> None:
    thread = _thread()
    standing = Standing(uuid4(), thread.id, Author.STAFF, state, 3, NOON)

    is_news = thread.apply(Report(4, state, NOON, code), standing)

    assert is_news
    assert thread.moved[standing.id].error_code == code
    assert not thread.apply(Report(4, state, NOON, code), replace(standing, version=4))
    assert not thread.apply(Report(5, state, NOON), replace(standing, version=4))
