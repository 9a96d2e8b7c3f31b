import re

import pytest

from clientcomm_chassis import continued, new_id, new_traceparent

FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")


def test_a_new_trace_has_the_standard_form() -> None:
    assert FORM.fullmatch(new_traceparent())


def test_a_trace_is_continued_with_a_span_of_our_own() -> None:
    given = f"00-{'a' * 32}-{'b' * 16}-00"

    ours = continued(given)

    assert FORM.fullmatch(ours)
    assert ours.split("-")[1] == "a" * 32
    assert ours.split("-")[2] != "b" * 16
    assert ours.endswith("-00")


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "",
        "00-abc-def-01",
        f"00-{'0' * 32}-{'b' * 16}-01",
        f"00-{'a' * 32}-{'0' * 16}-01",
        f"00-{'A' * 32}-{'b' * 16}-01",
        "x" * 10_000,
    ],
)
def test_an_odd_trace_begins_anew(odd: str | None) -> None:
    assert FORM.fullmatch(continued(odd))


def test_ids_are_made_in_order_of_time() -> None:
    ids = [new_id() for _ in range(100)]

    assert {made.version for made in ids} == {7}
    assert len(set(ids)) == 100
    assert ids == sorted(ids, key=lambda made: made.int >> 80)
