from uuid import UUID, uuid4

import pytest

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.adding import Answer, Decision, Holder, Step, decide

ME, COLLEAGUE = uuid4(), uuid4()
OPEN, CLOSED = ConversationState.OPEN, ConversationState.CLOSED
UNASSIGNED = ConversationState.UNASSIGNED


def _holder(state: ConversationState | None = None, holder: UUID | None = None) -> Holder:
    return Holder(
        client_id=uuid4(),
        first_name="Ada",
        last_name="Quist",
        conversation_id=uuid4() if state else None,
        state=state,
        holder_id=holder,
        holder_name="Eli" if holder else None,
    )


def _decide(
    *holders: Holder, answer: Answer | None = None, client_id: UUID | None = None
) -> Decision:
    return decide(holders, me=ME, answer=answer, client_id=client_id)


def test_an_unknown_number_makes_a_client() -> None:
    assert _decide().step is Step.CREATE


@pytest.mark.parametrize(("state", "step"), [(OPEN, Step.LAND), (CLOSED, Step.OPEN)])
def test_mine_is_landed_in_or_opened(state: ConversationState, step: Step) -> None:
    mine = _holder(state, ME)

    assert _decide(mine) == Decision(step, mine)


@pytest.mark.parametrize(
    ("holder", "code"),
    [
        (_holder(OPEN, COLLEAGUE), "assigned_to_colleague"),
        (_holder(CLOSED, COLLEAGUE), "known_in_my_department"),
        (_holder(UNASSIGNED, None), "known_in_my_department"),
        (_holder(UNASSIGNED, ME), "known_in_my_department"),
        (_holder(), "known_in_other_department"),
    ],
)
def test_each_branch_asks_its_question_first(holder: Holder, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        _decide(holder)

    assert (refusal.value.code, refusal.value.kind) == (code, "conflict")


@pytest.mark.parametrize("answer", [Answer.SAME_PERSON, Answer.TAKE_OVER])
def test_a_colleagues_open_client_is_never_taken(answer: Answer) -> None:
    with pytest.raises(Refused) as refusal:
        _decide(_holder(OPEN, COLLEAGUE), answer=answer)

    assert refusal.value.code == "assigned_to_colleague"


def test_what_is_closed_or_in_the_inbox_is_taken_over_on_confirming() -> None:
    closed = _holder(CLOSED, COLLEAGUE)

    assert _decide(closed, answer=Answer.TAKE_OVER) == Decision(Step.OPEN, closed)


def test_another_departments_client_is_joined_only_by_name() -> None:
    theirs = _holder()

    chosen = _decide(theirs, answer=Answer.SAME_PERSON, client_id=theirs.client_id)
    assert chosen == Decision(Step.JOIN, theirs)
    with pytest.raises(Refused):
        _decide(theirs, answer=Answer.SAME_PERSON)


def test_another_person_on_a_shared_phone_is_always_somebody_new() -> None:
    for holder in (_holder(OPEN, ME), _holder(OPEN, COLLEAGUE), _holder()):
        assert _decide(holder, answer=Answer.SHARED_PHONE).step is Step.CREATE


def test_several_in_the_nearest_place_are_asked_about_by_name() -> None:
    one, other, elsewhere = _holder(OPEN, ME), _holder(OPEN, ME), _holder()

    with pytest.raises(Refused) as refusal:
        _decide(one, other, elsewhere)

    assert refusal.value.code == "number_shared"
    named = refusal.value.details["clients"]
    assert isinstance(named, list)
    assert {client["id"] for client in named} == {str(one.client_id), str(other.client_id)}
    assert _decide(one, other, elsewhere, client_id=other.client_id) == Decision(Step.LAND, other)


def test_mine_comes_before_a_colleagues_and_anybody_elses() -> None:
    mine = _holder(OPEN, ME)

    assert _decide(_holder(), _holder(OPEN, COLLEAGUE), mine).holder is mine


def test_a_client_without_this_number_cannot_be_chosen() -> None:
    with pytest.raises(Refused) as refusal:
        _decide(_holder(), client_id=uuid4())

    assert refusal.value.kind == "not_found"
