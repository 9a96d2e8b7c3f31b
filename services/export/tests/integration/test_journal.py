"""The journal: every fact once, positions in order, no gaps per aggregate, whatever arrives how."""

import asyncio
import random
from uuid import uuid4

import pytest
from services.export.tests.factories import Teller, an_item
from services.export.tests.integration.conftest import Bench

from clientcomm_bus import Item
from clientcomm_contracts.contract import Event, Unparsable
from clientcomm_contracts.values import MessageState

pytestmark = pytest.mark.integration


def a_life(teller: Teller, *, texts: int) -> list[Event]:
    """Texts of a conversation, each sent and delivered."""
    events: list[Event] = []
    for number in range(texts):
        written = teller.written(f"text {number}")
        events += [
            written,
            teller.reached(written.message_id, MessageState.SENT),
            teller.reached(written.message_id, MessageState.DELIVERED),
        ]
    return events


async def test_facts_get_positions_in_order(bench: Bench) -> None:
    one, two = Teller(), Teller()

    await bench.tell(one.written(), two.written(), one.read())
    await bench.tell(two.read())

    assert await bench.rows("SELECT position, sequence FROM journal ORDER BY 1") == [
        (1, 1),
        (2, 1),
        (3, 2),
        (4, 2),
    ]


@pytest.mark.parametrize("last", [32_760, 2_147_483_640])
async def test_positions_grow_beyond_every_smaller_type_of_integer(bench: Bench, last: int) -> None:
    await bench.change(f"UPDATE journal_state SET last_position = {last}")
    teller = Teller()

    await bench.tell(*(teller.written() for _ in range(20)))

    assert await bench.rows("SELECT last_position FROM journal_state") == [(last + 20,)]
    assert await bench.rows("SELECT max(position) FROM journal") == [(last + 20,)]


async def test_a_body_is_kept_as_it_was_told(bench: Bench) -> None:
    event = Teller().written("Tschüß \U0001f600 \x00 end")

    await bench.tell(event)

    [(body,)] = await bench.rows("SELECT body::text FROM journal")
    assert body.encode() == event.write()


async def test_a_fact_told_twice_is_one_fact(bench: Bench) -> None:
    event = Teller().written()

    await bench.tell(event, event)
    await bench.tell(event)

    assert await bench.rows("SELECT count(*) FROM journal") == [(1,)]
    assert await bench.rows("SELECT count(*) FROM thread_entry") == [(1,)]


async def test_what_comes_too_early_waits_for_what_is_missing(bench: Bench) -> None:
    teller = Teller()
    first, second, third, fourth = (teller.written(str(number)) for number in range(4))

    await bench.tell(fourth, second)
    assert await bench.rows("SELECT count(*) FROM journal") == [(0,)]
    await bench.tell(first)
    assert await bench.rows("SELECT sequence FROM journal ORDER BY position") == [(1,), (2,)]
    await bench.tell(third)

    assert await bench.rows("SELECT sequence FROM journal ORDER BY position") == [
        (1,),
        (2,),
        (3,),
        (4,),
    ]
    assert await bench.rows("SELECT count(*) FROM holding") == [(0,)]
    assert await bench.rows("SELECT last_sequence, held FROM aggregate") == [(4, 0)]


async def test_a_held_fact_told_again_is_held_once(bench: Bench) -> None:
    teller = Teller()
    teller.written()
    early = teller.written()

    await bench.tell(early)
    await bench.tell(early, early)

    assert await bench.rows("SELECT count(*) FROM holding") == [(1,)]
    assert await bench.rows("SELECT held FROM aggregate") == [(1,)]


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_with_repeats_gives_the_same_journal(bench: Bench, seed: int) -> None:
    tellers = [Teller() for _ in range(5)]
    items = [an_item(event) for teller in tellers for event in a_life(teller, texts=6)]
    chance = random.Random(seed)
    shuffled = [*items, *chance.choices(items, k=40)]
    chance.shuffle(shuffled)

    await bench.tell_in_batches(shuffled, size=chance.randint(1, 25))

    assert await bench.journal_is_whole()
    assert await bench.rows("SELECT count(*) FROM journal") == [(len(items),)]
    assert await bench.rows("SELECT count(*) FROM holding") == [(0,)]
    assert await bench.rows("SELECT DISTINCT state FROM thread_entry") == [("delivered",)]


async def test_two_processes_append_side_by_side(bench: Bench) -> None:
    tellers = [Teller() for _ in range(8)]
    items = [an_item(event) for teller in tellers for event in a_life(teller, texts=10)]
    chance = random.Random(1)
    chance.shuffle(items)
    other = Bench(bench.database.url)

    await asyncio.gather(
        bench.tell_in_batches(items[:160], size=7),
        other.tell_in_batches(items[120:], size=11),
    )
    await other.database.close()

    assert await bench.journal_is_whole()
    assert await bench.rows("SELECT count(*) FROM journal") == [(len(items),)]
    assert await bench.rows("SELECT count(*) FROM holding") == [(0,)]


async def test_what_no_contract_describes_is_unparsable(bench: Bench) -> None:
    with pytest.raises(Unparsable):
        await bench.append([Item(uuid4(), "conversations.something.new.v9", b"{}")])
    with pytest.raises(Unparsable):
        await bench.append([Item(uuid4(), "sms.message.withdraw.v1", b"{}")])


async def test_an_unparsable_fact_leaves_nothing_of_its_batch(bench: Bench) -> None:
    good = an_item(Teller().written())

    with pytest.raises(Unparsable):
        await bench.append([good, Item(uuid4(), good.name, b'{"aggregate_id": 1}')])

    assert await bench.rows("SELECT count(*) FROM journal") == [(0,)]
