from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.values import TextTag
from clientcomm_sms.domain.opt_out_words import (
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    tag_of,
    word_of,
)

_punctuation = st.text(alphabet=" .,!?\"'()\n\t*:;…", max_size=4)
_case = st.sampled_from([str.lower, str.upper, str.title])


def tag(body: str, *, is_opted_out: bool = False) -> TextTag | None:
    return tag_of(body, is_opted_out=is_opted_out)


@given(st.sampled_from(sorted(STOP_WORDS)), _case, _punctuation, _punctuation)
def test_a_stop_word_counts_whatever_its_case_and_punctuation(
    word: str, case: Callable[[str], str], before: str, after: str
) -> None:
    assert tag(before + case(word) + after) is TextTag.STOP


@given(st.sampled_from(sorted(STOP_WORDS | START_WORDS | HELP_WORDS)), st.sampled_from(["ok", "I"]))
def test_a_word_inside_a_sentence_is_never_an_order(word: str, other: str) -> None:
    for body in (f"{other} {word}", f"{word} {other}", f"{word}{other}x"):
        assert tag(body) not in {TextTag.STOP, TextTag.START, TextTag.HELP}


@given(st.text(max_size=200))
def test_any_text_has_at_most_one_word_and_never_fails(body: str) -> None:
    word = word_of(body)

    assert word is None or " " not in word
    tag(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("opt out", TextTag.STOP),
        ("OPT-OUT", TextTag.STOP),
        ("Opt  Out.", TextTag.STOP),
        ("S.T.O.P.", TextTag.STOP),
        ("stop all", TextTag.STOP),
        ("Cancelar", TextTag.STOP),
        ("PARAR!", TextTag.STOP),
        ("alto", TextTag.STOP),
        ("start", TextTag.START),
        ("Unstop", TextTag.START),
        ("help?", TextTag.HELP),
        ("INFO", TextTag.HELP),
        ("stopping by at 5", None),
        ("the end", None),
        ("cancel my appointment", None),
        ("quit smoking", None),
        ("", None),
        ("🛑", None),
    ],
)
def test_words(body: str, expected: TextTag | None) -> None:
    assert tag(body) is expected


def test_yes_opts_in_only_while_opted_out() -> None:
    assert tag("Yes", is_opted_out=True) is TextTag.START
    assert tag("Yes", is_opted_out=False) is None


@pytest.mark.parametrize(
    "body",
    [
        "please stop texting me",
        "Stop sending me messages",
        "dont contact me again",
        "Do not text this number",
        "take me off your list",
        "leave me alone",
        "no me manden más mensajes",
        "dejen de escribirme",
    ],
)
def test_a_sentence_that_reads_like_a_refusal_is_for_a_person(body: str) -> None:
    assert tag(body) is TextTag.SUSPECTED_REFUSAL


@pytest.mark.parametrize(
    "body",
    ["I can't stop by today", "the bus stop is closed", "no, I will be there", "text me tomorrow"],
)
def test_ordinary_sentences_raise_no_suspicion(body: str) -> None:
    assert tag(body) is None


@pytest.mark.parametrize(("carrier", "expected"), [("STOP", TextTag.STOP), ("help", TextTag.HELP)])
def test_the_carriers_own_opinion_comes_first(carrier: str, expected: TextTag) -> None:
    assert tag_of("whatever", is_opted_out=False, carrier_type=carrier) is expected
