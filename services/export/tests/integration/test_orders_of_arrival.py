"""Transfer, closing and merges become known in every order, and twice: one transcript."""

import itertools
from datetime import timedelta

import pytest
from services.export.tests.factories import START, Teller, a_grant, a_request
from services.export.tests.integration.conftest import Bench

from clientcomm_contracts.contract import Event
from clientcomm_contracts.values import MarkerKind

pytestmark = pytest.mark.integration


async def test_transfer_closing_and_two_merges_in_every_order_and_twice_give_one_transcript(
    bench: Bench,
) -> None:
    for order in itertools.permutations(range(4)):
        first, second, third = (Teller(start=START + timedelta(days=day)) for day in range(3))
        life = [
            first.written("hello"),
            first.marked(MarkerKind.TRANSFERRED, from_staff="A", to_staff="B"),
            first.marked(MarkerKind.CLOSED, outcome="Done"),
        ]
        events: list[list[Event]] = [
            life,
            [second.written("elsewhere")],
            [second.absorbed(first)],
            [third.absorbed(second), third.marked(MarkerKind.MERGED)],
        ]

        for place in order:
            await bench.tell(*events[place])
        for place in reversed(order):
            await bench.tell(*reversed(events[place]))

        for asked_for in (first, second, third):
            reply = await bench.transcript(a_request(asked_for.id, 2, grant=a_grant(third.id)))
            assert reply.complete_up_to is None
            assert [item.body or str(item.marker) for item in reply.items] == [
                "hello", "transferred", "closed", "elsewhere", "merged",
            ]  # fmt: skip
