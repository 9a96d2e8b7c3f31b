from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.adapters.queries.cursors import (
    instant_of,
    micros,
    read_cursor,
    write_cursor,
)

VALUES = st.lists(st.none() | st.booleans() | st.integers() | st.text(), max_size=4)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)


@given(VALUES)
def test_a_cursor_gives_back_what_it_was_made_of(values: list[str | int | bool | None]) -> None:
    assert read_cursor("list", write_cursor("list", values), length=len(values)) == values


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")))
def test_anything_else_is_refused_as_invalid(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        read_cursor("list", cursor, length=2)

    assert refused.value.field == "cursor"


@pytest.mark.parametrize(("kind", "length"), [("other", 2), ("list", 1), ("list", 3)])
def test_a_cursor_of_another_list_is_refused(kind: str, length: int) -> None:
    with pytest.raises(Refused):
        read_cursor(kind, write_cursor("list", [1, "a"]), length=length)


@given(INSTANTS)
def test_instants_keep_their_microseconds(at: datetime) -> None:
    assert instant_of(micros(at)) == at


@pytest.mark.parametrize("value", [None, "x", 10**40, -(10**40)])
def test_no_instant_is_refused(value: int | str | None) -> None:
    with pytest.raises(Refused):
        instant_of(value)
