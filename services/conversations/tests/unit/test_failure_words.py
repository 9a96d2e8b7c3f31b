import pytest

from clientcomm_contracts.values import MessageState
from clientcomm_conversations.domain.failure_words import SENTENCES, problem_of

CARRIER_CODES = (
    *("429", "20003", "20404", "20429", "21211", "21408", "21602", "21603", "21604", "21606"),
    *("21610", "21611", "21612", "21614", "21617", "30001", "30003", "30005", "30006", "30007"),
    *("30008", "30034", "30036", "30450", "30610", "30640", "35114", "35115", "35125"),
)
OUR_CODES = ("opted_out", "not_after_passed", "quiet_hours", "carrier_unreachable")


@pytest.mark.parametrize("code", CARRIER_CODES + OUR_CODES)
def test_every_known_code_has_words_of_its_own(code: str) -> None:
    assert _words(code) != _words("no such code")


@pytest.mark.parametrize("code", SENTENCES)
def test_words_are_short_plain_sentences_without_codes(code: str) -> None:
    sentence = SENTENCES[code]

    assert sentence.endswith(".")
    assert len(sentence) <= 160
    assert not any(letter.isdigit() for letter in sentence)
    for jargon in ("Twilio", "error", "API", "SMS", "10DLC", "null"):
        assert jargon not in sentence


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        (MessageState.QUEUED, None, None),
        (MessageState.SENDING, None, None),
        (MessageState.SENT, None, None),
        (MessageState.DELIVERED, None, None),
        (MessageState.RECEIVED, None, None),
        (MessageState.UNDELIVERED, "30003", "30003"),
        (MessageState.FAILED, None, "failed"),
        (MessageState.FAILED, "99999", "99999"),
        (MessageState.BLOCKED, None, "opted_out"),
        (MessageState.UNKNOWN, None, "unknown"),
        (MessageState.MISSED, None, "not_after_passed"),
        (MessageState.HELD, "quiet_hours", "quiet_hours"),
        (MessageState.CANCELED, None, "canceled"),
        (MessageState.SENDING, "carrier_unreachable", "carrier_unreachable"),
        (MessageState.SENDING, "20429", None),
        (MessageState.SENT, "duplicate", "duplicate"),
        (MessageState.DELIVERED, "duplicate", "duplicate"),
        (MessageState.UNKNOWN, "http_502", "http_502"),
    ],
)
def test_each_state_tells_its_problem_or_none(
    state: MessageState, code: str | None, expected: str | None
) -> None:
    problem = problem_of(state, code)

    assert (problem.code if problem else None) == expected


def test_every_failure_has_a_problem_whatever_the_code() -> None:
    failures = [state for state in MessageState if state.is_failure]

    assert all(problem_of(state, code) for state in failures for code in (None, "1", "30003"))


@pytest.mark.parametrize(("code", "has_no_receipt"), [(None, True), ("no_receipt", False)])
def test_a_sent_text_without_receipt_is_flagged_and_stays_sent(
    code: str | None, has_no_receipt: bool
) -> None:
    problem = problem_of(MessageState.SENT, code, has_no_receipt=has_no_receipt)

    assert problem is not None
    assert problem.code == "no_receipt"


def test_a_code_that_nobody_knows_gets_the_words_of_its_state() -> None:
    problem = problem_of(MessageState.UNDELIVERED, "39999")

    assert problem is not None
    general = problem_of(MessageState.UNDELIVERED, None)
    assert general is not None
    assert problem.sentence == general.sentence


@pytest.mark.parametrize("code", ["20003", "20404", "21212", "21603", "21606", "30002"])
def test_a_text_that_goes_out_by_itself_is_not_to_be_sent_again(code: str) -> None:
    problem = problem_of(MessageState.HELD, code)

    assert problem is not None
    assert "goes out by itself" in problem.sentence
    assert "send it again" not in problem.sentence


def _words(code: str) -> str:
    problem = problem_of(MessageState.FAILED, code)
    assert problem is not None
    return problem.sentence
