from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.values import MessageState
from clientcomm_conversations.domain.message_states import (
    TRANSITIONS,
    may_be_sent_again,
    may_become,
)

S = MessageState


@given(st.lists(st.sampled_from(list(S)), max_size=30))
def test_no_sequence_of_reports_ever_lowers_the_rank(reported: list[MessageState]) -> None:
    state = S.QUEUED
    for after in reported:
        if may_become(state, after):
            assert after.rank >= state.rank
            state = after


def test_every_state_has_its_row() -> None:
    assert TRANSITIONS.keys() == set(S)


def test_queued_and_held_may_swap() -> None:
    assert may_become(S.QUEUED, S.HELD)
    assert may_become(S.HELD, S.QUEUED)


def test_what_was_delivered_stays_so_whatever_comes_late() -> None:
    for late in (S.QUEUED, S.HELD, S.SENDING, S.UNKNOWN, S.SENT):
        assert not may_become(S.DELIVERED, late)


def test_a_difference_that_sms_settled_with_the_carrier_is_taken_over() -> None:
    assert may_become(S.FAILED, S.DELIVERED)
    assert may_become(S.DELIVERED, S.UNDELIVERED)


def test_an_uncertain_text_may_turn_out_either_way_but_is_not_queued_again() -> None:
    assert may_become(S.UNKNOWN, S.SENT)
    assert may_become(S.UNKNOWN, S.FAILED)
    assert not may_become(S.UNKNOWN, S.QUEUED)


def test_inbound_texts_have_no_other_state() -> None:
    assert TRANSITIONS[S.RECEIVED] == frozenset()
    assert not any(S.RECEIVED in after for after in TRANSITIONS.values())


def test_send_again_is_offered_for_what_did_not_arrive() -> None:
    offered = {state for state in S if may_be_sent_again(state)}

    assert offered == {S.UNDELIVERED, S.FAILED, S.BLOCKED, S.MISSED, S.UNKNOWN, S.CANCELED}
