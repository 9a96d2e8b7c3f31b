from itertools import product

import pytest

from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.segments import Encoding, measure

UNKNOWN = AutomaticText.UNKNOWN_SENDER


def _text(*languages: str | None, **own: dict[AutomaticText, str | None]) -> str | None:
    return automatic_text(UNKNOWN, department_name="Probation North", languages=languages, own=own)


@pytest.mark.parametrize(
    ("which", "language"), list(product([UNKNOWN, AutomaticText.HELP], ["en", "es"]))
)
def test_built_in_texts_name_the_department_and_how_to_stop_in_two_segments(
    which: AutomaticText, language: str
) -> None:
    text = automatic_text(
        which, department_name="Pretrial Services South", languages=(language,), own={}
    )

    assert text is not None
    assert "Pretrial Services South" in text
    assert "STOP" in text
    counted = measure(text)
    assert counted.segments <= (2 if counted.encoding is Encoding.GSM_7 else 4)


def test_the_clients_language_comes_first_then_the_departments_then_english() -> None:
    assert _text("es", "en") != _text("en")
    assert _text(None, "es") == _text("es")
    assert _text("vi", "es") == _text("es")
    assert _text("vi") == _text("en")


def test_the_departments_own_wording_wins_and_an_empty_one_means_silence() -> None:
    assert _text("en", en={UNKNOWN: "Hi from {department}"}) == "Hi from Probation North"
    assert _text("en", en={UNKNOWN: ""}) is None
    assert _text("es", en={UNKNOWN: "Hi"}) == _text("es")


def test_braces_in_a_wording_do_no_harm() -> None:
    assert _text("en", en={UNKNOWN: "{0} {x.y} {department}"}) == "{0} {x.y} Probation North"
