import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_conversations.domain.segments import Encoding, count_segments, measure

EXTENSION = "^{}[]~|€\\"
_WIDE = "\N{PARTY POPPER}"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM_7, 0, 1),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("€" * 80, Encoding.GSM_7, 160, 1),
        ("€" * 81, Encoding.GSM_7, 162, 2),
        # 152 fill the first segment but for one place, which a character of two does not fit in.
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM_7, 306, 3),
        ("ñandú" + "a" * 156, Encoding.UCS_2, 161, 3),
        ("é" * 160, Encoding.GSM_7, 160, 1),
        ("\u2019" + "a" * 69, Encoding.UCS_2, 70, 1),
        ("\u2019" + "a" * 70, Encoding.UCS_2, 71, 2),
        ("\u2019" + "a" * 133, Encoding.UCS_2, 134, 2),
        ("\u2019" + "a" * 134, Encoding.UCS_2, 135, 3),
        (_WIDE * 35, Encoding.UCS_2, 70, 1),
        ("\u2019" + "a" * 65 + _WIDE + "a" * 66, Encoding.UCS_2, 134, 3),
        ("line\nbreak\r", Encoding.GSM_7, 11, 1),
        ("\t", Encoding.UCS_2, 1, 1),
    ],
)
def test_texts_count_as_the_carrier_counts_them(
    text: str, encoding: Encoding, units: int, segments: int
) -> None:
    counted = measure(text)

    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def _by_brute_force(text: str, *, alone: int, joined: int, widths: list[int]) -> int:
    """The fewest segments over every way of cutting the text between characters."""
    if sum(widths) <= alone:
        return 1
    fewest = [0] + [len(text)] * len(text)
    for end in range(1, len(text) + 1):
        used = 0
        for begin in range(end - 1, -1, -1):
            used += widths[begin]
            if used > joined:
                break
            fewest[end] = min(fewest[end], fewest[begin] + 1)
    return fewest[-1]


@given(st.text(alphabet="ab é\n" + EXTENSION, min_size=100, max_size=700))
def test_gsm_7_texts_take_as_few_segments_as_possible(text: str) -> None:
    widths = [2 if character in EXTENSION else 1 for character in text]

    assert count_segments(text) == _by_brute_force(text, alone=160, joined=153, widths=widths)


@given(st.text(alphabet="ab\u2019ü" + _WIDE, min_size=40, max_size=400))
def test_ucs_2_texts_take_as_few_segments_as_possible(text: str) -> None:
    text = "\u2019" + text
    widths = [len(character.encode("utf-16-le")) // 2 for character in text]

    assert count_segments(text) == _by_brute_force(text, alone=70, joined=67, widths=widths)


@given(st.text(max_size=1600))
def test_no_text_is_free_and_a_longer_one_never_cheaper(text: str) -> None:
    assert 1 <= count_segments(text) <= count_segments(text + "a")
