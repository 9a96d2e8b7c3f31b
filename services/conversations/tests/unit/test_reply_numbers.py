from uuid import UUID

import pytest

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.reply_numbers import (
    Choice,
    KnownNumber,
    LastInbound,
    cannot_send_because,
    choices,
)

PRIMARY = KnownNumber(UUID(int=1), "+13125550111", "mobile", is_primary=True, is_current=True)
SECOND = KnownNumber(UUID(int=2), "+13125550112", "work", is_primary=False, is_current=True)
FORMER = KnownNumber(UUID(int=3), "+13125550113", "old", is_primary=False, is_current=False)
ALL = (PRIMARY, SECOND, FORMER)


def offered(last: LastInbound | None, opted_out: frozenset[str] = frozenset()) -> list[Choice]:
    return list(choices(ALL, last, opted_out=opted_out, shared={}))


def preselected(found: list[Choice]) -> list[str]:
    return [choice.number.value for choice in found if choice.is_preselected]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, [PRIMARY.value]),
        (LastInbound(SECOND.value, was_former=False), [SECOND.value]),
        (LastInbound(PRIMARY.value, was_former=False), [PRIMARY.value]),
        (LastInbound(FORMER.value, was_former=False), [PRIMARY.value]),
        (LastInbound(FORMER.value, was_former=True), []),
        (LastInbound(SECOND.value, was_former=True), [SECOND.value]),
    ],
)
def test_preselected_is_the_number_last_texted_from_while_current_else_the_primary(
    last: LastInbound | None, expected: list[str]
) -> None:
    assert preselected(offered(last)) == expected


def test_a_former_number_is_offered_only_after_a_text_from_it() -> None:
    usual = offered(LastInbound(SECOND.value, was_former=False))
    after = offered(LastInbound(FORMER.value, was_former=True))

    assert [choice.number for choice in usual] == [PRIMARY, SECOND]
    assert [choice.number for choice in after] == [PRIMARY, SECOND, FORMER]


def test_each_number_says_whether_it_opted_out_and_with_whom_it_is_shared() -> None:
    found = choices(
        ALL,
        None,
        opted_out=frozenset({SECOND.value}),
        shared={PRIMARY.value: ("Ida Moss",)},
    )

    assert [(c.is_opted_out, c.shared_with) for c in found] == [
        (False, ("Ida Moss",)),
        (True, ()),
    ]


def only(number: KnownNumber, *, is_opted_out: bool = False) -> list[Choice]:
    return [Choice(number, is_opted_out, is_preselected=True, shared_with=())]


NAMELESS = KnownNumber(None, "BANK", "", is_primary=True, is_current=True)
SHORT = KnownNumber(None, "72345", "", is_primary=True, is_current=True)


@pytest.mark.parametrize(
    ("state", "numbers", "line", "word"),
    [
        (ConversationState.OPEN, only(PRIMARY), "+13125550100", None),
        (ConversationState.UNASSIGNED, only(PRIMARY), "+13125550100", None),
        (ConversationState.CLOSED, only(PRIMARY), "+13125550100", "closed"),
        (ConversationState.BLOCKED, only(PRIMARY), "+13125550100", "spam"),
        (ConversationState.OPEN, only(PRIMARY), None, "administrator"),
        (ConversationState.OPEN, [], "+13125550100", "Add one"),
        (ConversationState.OPEN, only(NAMELESS), "+13125550100", "cannot be answered"),
        (ConversationState.OPEN, only(SHORT), "+13125550100", "cannot be answered"),
        (ConversationState.OPEN, only(PRIMARY, is_opted_out=True), "+13125550100", "opted out"),
        (
            ConversationState.OPEN,
            [*only(PRIMARY, is_opted_out=True), *only(SECOND)],
            "+13125550100",
            None,
        ),
    ],
)
def test_why_nobody_can_send_is_said_in_words(
    state: ConversationState, numbers: list[Choice], line: str | None, word: str | None
) -> None:
    reason = cannot_send_because(state, numbers, line)

    assert reason is None if word is None else reason is not None and word in reason
