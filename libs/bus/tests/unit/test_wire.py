from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.bus.tests.contracts import Noted, item, noted

from clientcomm_bus.wire import MALFORMED, PACK_BYTES, PACK_ITEMS, Item, decode, encode, packs
from clientcomm_contracts.contract import Unparsable

texts = st.text(max_size=200)


@given(st.lists(st.tuples(st.uuids(), texts, st.integers(1, 9), st.none() | texts), max_size=20))
def test_items_come_back_as_they_were_sent(rows: list[tuple[UUID, str, int, str | None]]) -> None:
    items = [
        Item(event_id, Noted.name, orjson.dumps({"text": text}), attempt, correlation, None)
        for event_id, text, attempt, correlation in rows
    ]

    assert decode(encode(items)) == items


def test_an_item_is_read_into_its_contract() -> None:
    sent = noted("hello")

    arrived = decode(encode([Item(uuid4(), Noted.name, sent.write())]))

    assert arrived[0].parse() == sent


@given(st.binary(max_size=100))
def test_any_bytes_give_items_and_never_an_exception(body: bytes) -> None:
    for arrived in decode(body):
        with pytest.raises(Unparsable):
            arrived.parse()


@pytest.mark.parametrize(
    "element",
    [
        None,
        3,
        "text",
        [],
        {},
        {"event_id": "x", "name": "a", "attempt": 1, "body": {}},
        {"event_id": 7, "name": "a", "attempt": 1, "body": {}},
        {"event_id": str(uuid4()), "name": "a", "attempt": None, "body": {}},
        {"event_id": str(uuid4()), "name": "a", "attempt": 1},
    ],
)
def test_a_malformed_element_does_not_spoil_its_neighbours(element: object) -> None:
    good = item("good")
    body = b"[" + encode([good])[1:-1] + b"," + orjson.dumps(element) + b"]"

    first, second = decode(body)

    assert first.event_id == good.event_id
    assert second.name == MALFORMED


def test_a_malformed_message_keeps_its_id_when_it_comes_again() -> None:
    assert decode(b"{nonsense")[0].event_id == decode(b"{nonsense")[0].event_id


def test_packs_are_bounded_by_number_and_keep_the_order() -> None:
    items = [item(str(number)) for number in range(250)]

    made = packs("events.v1", Noted.name, items)

    assert [len(pack.items) for pack, _ in made] == [PACK_ITEMS, PACK_ITEMS, 50]
    assert [place for _, places in made for place in places] == list(range(250))


def test_packs_are_bounded_by_size() -> None:
    items = [item("x" * 60_000) for _ in range(7)]

    made = packs("events.v1", Noted.name, items)

    assert [len(pack.items) for pack, _ in made] == [3, 3, 1]
    assert all(len(encode(pack.items)) <= PACK_BYTES for pack, _ in made)


def test_an_item_larger_than_a_pack_travels_alone() -> None:
    made = packs("events.v1", Noted.name, [item("a"), item("x" * 300_000), item("b")])

    assert [len(pack.items) for pack, _ in made] == [1, 1, 1]
