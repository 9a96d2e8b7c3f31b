from hypothesis import given
from hypothesis import strategies as st

from clientcomm_conversations.domain.snippets import BEGIN, END, snippet


def _in_words(*marked: str) -> str:
    return "".join(f"[{part.text}]" if part.is_found else part.text for part in snippet(marked))


def test_words_found_in_either_language_are_marked_once() -> None:
    english = f"Your {BEGIN}court{END} day is el lunes"
    spanish = f"Your {BEGIN}court{END} day is el {BEGIN}lunes{END}"

    assert _in_words(english, spanish) == "Your [court] day is el [lunes]"


def test_a_long_text_is_cut_around_the_first_found_word() -> None:
    text = "before " * 60 + f"{BEGIN}court{END}" + " after" * 60

    shown = _in_words(text)

    assert shown.startswith("…before ")
    assert shown.endswith(" after…")
    assert "[court]" in shown
    assert len(shown) < 220


def test_a_text_without_a_found_word_is_shown_from_its_beginning() -> None:
    assert _in_words("Hello there") == "Hello there"
    assert _in_words("") == ""


def test_a_copy_that_the_database_changed_otherwise_is_not_trusted() -> None:
    assert _in_words("Hello there", f"Hello  {BEGIN}there{END}") == "Hello there"


@given(st.text(alphabet="ab \n" + BEGIN + END, max_size=500))
def test_whatever_is_marked_no_sign_of_ours_is_shown_and_nothing_is_made_up(marked: str) -> None:
    plain = marked.replace(BEGIN, "").replace(END, "")

    shown = "".join(part.text for part in snippet([marked]))

    assert BEGIN not in shown
    assert END not in shown
    assert shown.removeprefix("…").removesuffix("…") in plain
