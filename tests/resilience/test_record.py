"""What a run forgives: a refusal only where everybody concerned has opted out."""

import pytest
from tests.resilience.record import Person, Record

OUT, STILL_IN = Person("+12025550123", "one", "token"), Person("+12025550124", "two", "token")


@pytest.fixture
def record() -> Record:
    return Record("unit", "+12025550100", people=[OUT, STILL_IN], opted_out=[OUT])


@pytest.mark.parametrize("code", ["opted_out", "nobody_to_text"])
def test_a_refused_text_to_who_opted_out_is_fair(record: Record, code: str) -> None:
    assert record.is_fair_refusal(code, [OUT])


@pytest.mark.parametrize("code", ["opted_out", "nobody_to_text"])
@pytest.mark.parametrize("people", [[STILL_IN], [OUT, STILL_IN]])
def test_a_refused_text_to_anybody_else_is_a_fault(
    record: Record, code: str, people: list[Person]
) -> None:
    assert not record.is_fair_refusal(code, people)


@pytest.mark.parametrize("code", [None, "no_number", "conversation_closed"])
def test_no_other_refusal_is_fair(record: Record, code: str | None) -> None:
    assert not record.is_fair_refusal(code, [OUT])
