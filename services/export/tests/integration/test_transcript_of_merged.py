"""A transcript follows merges and re-filed texts (rules 2.5, 2.6)."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from services.export.tests.factories import (
    START,
    Teller,
    a_grant,
    a_request,
    bodies,
)
from services.export.tests.integration.conftest import Bench

pytestmark = pytest.mark.integration


async def test_a_merged_thread_is_read_in_the_survivors(bench: Bench) -> None:
    survivor, absorbed = Teller(), Teller(start=START - timedelta(days=1))
    await bench.tell(
        survivor.written("here"), absorbed.written("there"), survivor.absorbed(absorbed)
    )

    reply = await bench.transcript(a_request(survivor.id, 2))

    assert bodies(reply.items) == ["there", "here"]


async def test_an_absorbed_conversation_leads_to_its_survivor(bench: Bench) -> None:
    survivor, absorbed = Teller(), Teller(start=START - timedelta(days=1))
    await bench.tell(
        absorbed.written("there"), survivor.absorbed(absorbed), survivor.written("later")
    )

    reply = await bench.transcript(a_request(absorbed.id, 2, grant=a_grant(survivor.id)))

    assert bodies(reply.items) == ["there", "later"]


async def test_merged_twice_is_still_one_thread(bench: Bench) -> None:
    one, two, three = (Teller(start=START + timedelta(days=day)) for day in range(3))
    await bench.tell(one.written("1"), two.written("2"), two.absorbed(one))
    await bench.tell(three.absorbed(two), three.written("3"))

    reply = await bench.transcript(a_request(three.id, 2))

    assert bodies(reply.items) == ["1", "2", "3"]


async def test_an_absorbed_thread_that_is_not_whole_is_not_called_complete(bench: Bench) -> None:
    survivor, absorbed = Teller(), Teller()
    first, late = absorbed.written("first"), absorbed.written("late")
    merged = survivor.absorbed(absorbed)
    await bench.tell(first, merged)

    before = await bench.transcript(a_request(survivor.id, 1))
    await bench.tell(late)
    after = await bench.transcript(a_request(survivor.id, 1))

    assert before.complete_up_to == first.occurred_at
    assert after.complete_up_to is None


async def test_an_absorbed_thread_that_nobody_told_of_is_waited_for(bench: Bench) -> None:
    survivor = Teller()
    await bench.tell(survivor.written())

    reply = await bench.transcript(a_request(survivor.id, 1, absorbed=(uuid4(),)))

    assert reply.complete_up_to is not None


async def test_a_refiled_text_stands_in_its_new_thread_only(bench: Bench) -> None:
    source, target = Teller(), Teller(start=START + timedelta(hours=1))
    received = source.received("not mine")
    refiled = target.refiled(received.message_id, source)
    for order in itertools.permutations([received, refiled]):
        await bench.tell(*order)

    there = await bench.transcript(a_request(source.id, 1))
    here = await bench.transcript(a_request(target.id, 1))

    assert bodies(there.items) == []
    assert bodies(here.items) == ["not mine"]
