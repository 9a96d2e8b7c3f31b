"""Whatever sms reports about a text, people are told in words (rule 3.2)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientcomm_contracts.values import MessageState
from clientcomm_conversations.domain.failure_words import SENTENCES, problem_of
from clientcomm_sms.domain.carrier_codes import CODES
from clientcomm_sms.domain.own_codes import OwnCode, http_code

SMS = Path(__file__).parents[2] / "services" / "sms" / "src" / "clientcomm_sms"

SHOWN_AS = {
    OwnCode.OPTED_OUT: [MessageState.BLOCKED],
    OwnCode.NOT_AFTER_PASSED: [MessageState.MISSED],
    OwnCode.SUSPECTED_REFUSAL: [MessageState.HELD],
    OwnCode.QUIET_HOURS: [MessageState.HELD],
    OwnCode.CARRIER_UNREACHABLE: [MessageState.SENDING],
    OwnCode.NO_ANSWER: [MessageState.UNKNOWN],
    OwnCode.UNREADABLE_ANSWER: [MessageState.UNKNOWN],
    OwnCode.UNEXPECTED_ERROR: [MessageState.UNKNOWN],
    OwnCode.PROCESS_DIED: [MessageState.UNKNOWN],
    OwnCode.RESTORED: [MessageState.UNKNOWN],
    OwnCode.NO_MATCH: [MessageState.UNKNOWN, MessageState.FAILED],
    OwnCode.NO_RECEIPT: [MessageState.SENT],
    OwnCode.DUPLICATE: [MessageState.SENT, MessageState.DELIVERED],
}
"""In which states sms reports each code of its own."""

ONLY_REASONS = {OwnCode.OPTED_OUT, OwnCode.NOT_AFTER_PASSED}
"""Their states have no other, so that their general sentence says it."""

OUTCOMES = {"Ambiguous", "NotTaken", "Rejected", "Stay", "Ending"}
CODED = OUTCOMES | {
    "moved", "settled", "repeated", "back_into_queue", "held_after_refusal", "Move", "TextReport",
}  # fmt: skip
"""Calls in sms whose words `code` or `error_code` reach other services."""


def test_it_is_known_where_each_code_is_shown() -> None:
    assert SHOWN_AS.keys() == set(OwnCode)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        *((str(code), state) for code, states in SHOWN_AS.items() for state in states),
        *((http_code(status), MessageState.UNKNOWN) for status in (301, 404, 500, 503)),
    ],
)
def test_each_code_of_sms_has_a_sentence_of_its_own(code: str, state: MessageState) -> None:
    problem, general = problem_of(state, code), problem_of(state, "a code that nobody knows")

    assert problem is not None
    assert problem.code == code
    if general is not None and code not in ONLY_REASONS:
        assert problem.sentence != general.sentence


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_the_carrier_has_words_in_its_state(code: str) -> None:
    problem = problem_of(CODES[code].state, code)

    assert problem is not None
    assert problem.code == code
    assert code in SENTENCES


@pytest.mark.parametrize(
    "path", sorted(SMS.rglob("*.py")), ids=lambda path: str(path.relative_to(SMS))
)
def test_sms_makes_up_no_code_beside_the_list(path: Path) -> None:
    """A code written out where it is used would be missed by the tests above."""
    assert list(literal_codes(ast.parse(path.read_text()))) == []


def literal_codes(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or _name(call.func) not in CODED:
            continue
        given = [word.value for word in call.keywords if word.arg in {"code", "error_code"}]
        if _name(call.func) in OUTCOMES - {"Ending", "Stay"}:
            given += call.args[:1]
        elif _name(call.func) == "Stay":
            given += call.args[2:3]
        for node in (node for value in given for node in ast.walk(value)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield ast.unparse(call)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)


@pytest.mark.parametrize(
    "source",
    [
        'moved(s, state, error_code="new_code")',
        'Ambiguous("new_code")',
        'NotTaken(code="new_code")',
        'Stay(text, state, "new_code")',
        'repeated(s, error_code=None if look_at else "new_code")',
        'Ending(token, "unknown", code="new_code")',
    ],
)
def test_a_code_written_out_is_noticed(source: str) -> None:
    assert list(literal_codes(ast.parse(source))) == [ast.unparse(ast.parse(source))]
