import pytest
from libs.bus.tests.contracts import Sum

from clientcomm_bus.answers import RequestFailed, answer_body, encode_answer, encode_fault
from clientcomm_contracts.faults import Refused, Unavailable


def test_an_answer_comes_back_whole() -> None:
    assert Sum.read(answer_body(encode_answer(Sum(total=3)))) == Sum(total=3)


def test_a_refusal_comes_back_with_its_words() -> None:
    refusal = Refused("closed", "It is closed.", kind="conflict", field="body", details={"a": "b"})

    with pytest.raises(Refused) as caught:
        answer_body(encode_fault(refusal))

    again = caught.value
    assert (again.code, again.sentence, again.kind) == ("closed", "It is closed.", "conflict")
    assert (again.field, again.details) == ("body", {"a": "b"})


def test_something_away_at_the_owner_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        answer_body(encode_fault(Unavailable("database")))


def test_a_bug_at_the_owner_tells_nothing_of_itself() -> None:
    body = encode_fault(ValueError("+15550100 is odd"))

    assert b"1555" not in body
    with pytest.raises(RequestFailed):
        answer_body(body)
