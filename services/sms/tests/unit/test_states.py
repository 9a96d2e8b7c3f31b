from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.values import MessageState
from clientcomm_sms.domain.receipts import Receipt, tidings
from clientcomm_sms.domain.states import (
    back_into_queue,
    may_follow,
    moved,
    next_poll,
    state_of_status,
)
from clientcomm_sms.domain.texts import Standing

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OUTBOUND = [state for state in MessageState if state is not MessageState.RECEIVED]


def a_standing(
    state: MessageState, reported: MessageState | None = None, version: int = 1
) -> Standing:
    return Standing(
        message_id=uuid4(),
        conversation_id=uuid4(),
        department_id=uuid4(),
        number_to="+15125550101",
        state=state,
        reported=reported or state,
        version=version,
        tries=1,
        token=uuid4(),
        sid=None,
        sent_at=None,
    )


def a_receipt(status: str, error_code: str | None = None) -> Receipt:
    return Receipt("SM1", status, None, error_code, NOW, b"")


@given(st.lists(st.sampled_from(OUTBOUND), max_size=12))
def test_a_state_never_moves_to_a_lower_rank(states: list[MessageState]) -> None:
    standing = a_standing(MessageState.QUEUED)

    for state in states:
        move = moved(standing, state)
        if move is not None:
            assert move.state.rank >= standing.state.rank
            standing = a_standing(move.state, move.reported)


@given(st.lists(st.sampled_from(OUTBOUND), max_size=12))
def test_what_is_told_never_moves_back_whatever_happens_inside(states: list[MessageState]) -> None:
    standing = a_standing(MessageState.SENDING, MessageState.QUEUED)
    told = MessageState.QUEUED

    for state in states:
        move = moved(standing, state) or back_into_queue(standing, retry_after=1, code=None)
        if move.is_reported:
            is_corrected = standing.state is MessageState.UNKNOWN and told.is_final
            assert may_follow(told, move.reported) or (is_corrected and move.reported.is_final)
            told = move.reported
        standing = a_standing(move.state, move.reported)


def test_queued_and_held_may_swap() -> None:
    assert may_follow(MessageState.QUEUED, MessageState.HELD)
    assert may_follow(MessageState.HELD, MessageState.QUEUED)


def test_a_retry_is_shown_as_sending_and_once_only() -> None:
    first = back_into_queue(
        a_standing(MessageState.SENDING, MessageState.QUEUED), retry_after=1, code="20429"
    )
    second = back_into_queue(
        a_standing(MessageState.SENDING, MessageState.SENDING), retry_after=1, code="20429"
    )

    assert (first.state, first.reported, first.is_reported) == (
        MessageState.QUEUED,
        MessageState.SENDING,
        True,
    )
    assert not second.is_reported


@pytest.mark.parametrize("order", list(permutations(["queued", "sending", "sent", "delivered"])))
def test_receipts_in_any_order_say_the_same(order: tuple[str, ...]) -> None:
    news = tidings(MessageState.SENT, [a_receipt(status) for status in order])

    assert news is not None
    assert (news.state, news.is_contradictory) == (MessageState.DELIVERED, False)


def test_two_different_final_receipts_ask_for_the_carriers_word() -> None:
    news = tidings(MessageState.SENT, [a_receipt("delivered"), a_receipt("undelivered", "30003")])

    assert news is not None
    assert news.is_contradictory


def test_a_final_receipt_that_differs_from_the_known_state_is_contradictory() -> None:
    news = tidings(MessageState.DELIVERED, [a_receipt("failed", "30008")])

    assert news is not None
    assert news.is_contradictory


def test_an_expired_validity_period_is_missed_not_failed() -> None:
    news = tidings(MessageState.SENT, [a_receipt("failed", "30036")])

    assert news is not None
    assert news.state is MessageState.MISSED


def test_a_status_that_says_nothing_about_an_outbound_text_is_ignored() -> None:
    assert tidings(MessageState.SENT, [a_receipt("received"), a_receipt("nonsense")]) is None
    assert state_of_status("receiving") is None


def test_polls_get_rarer_and_end_after_five_days() -> None:
    polls = []
    at: datetime | None = NOW
    while at is not None:
        at = next_poll(NOW, at)
        polls.append(at)

    assert polls[-1] is None
    assert polls[-2] == NOW + timedelta(days=5)
    assert polls[0] == NOW + timedelta(minutes=5)
