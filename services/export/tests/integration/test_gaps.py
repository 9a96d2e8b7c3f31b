"""What operators see of facts that the journal lacks."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from services.export.tests.factories import Teller, a_request, an_item
from services.export.tests.integration.conftest import Bench

from clientcomm_bus import Item
from clientcomm_contracts.contract import Event
from clientcomm_export.adapters.gaps import GapWatch, find_gaps, gaps_command
from clientcomm_export.adapters.journal_queue import QUEUE
from clientcomm_persistence import ParkingTable

pytestmark = pytest.mark.integration


async def park(bench: Bench, item: Item | Event) -> UUID:
    """As a fact that could not be handled; returns the id by which it is replayed."""
    parking = ParkingTable(bench.database)
    known = {row.id for row in await parking.list()}
    parked = item if isinstance(item, Item) else an_item(item)
    await parking.park(queue=QUEUE, item=parked, exception_type="ValueError")
    (new,) = [row.id for row in await parking.list() if row.id not in known]
    return new


def figure(name: str) -> float:
    value = REGISTRY.get_sample_value(f"clientcomm_{name}")
    assert value is not None
    return value


async def test_without_gaps_there_is_nothing_to_see(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(teller.written(), teller.written())

    assert await find_gaps(bench.database) == []


async def test_a_gap_names_what_waits_and_the_parked_fact_that_would_fill_it(bench: Bench) -> None:
    teller = Teller()
    first, second, third = (teller.written(str(number)) for number in range(3))
    await bench.tell(first, third)
    parked_id = await park(bench, second)

    (gap,) = await find_gaps(bench.database)

    assert (gap.aggregate_id, gap.last_sequence, gap.waiting) == (teller.id, 1, 1)
    assert gap.parked == [parked_id]


async def test_a_parked_last_fact_is_a_gap_though_nothing_waits_behind_it(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(teller.written())
    parked_id = await park(bench, teller.written())

    (gap,) = await find_gaps(bench.database)

    assert (gap.aggregate_id, gap.last_sequence, gap.waiting) == (teller.id, 1, 0)
    assert gap.parked == [parked_id]
    assert (await bench.transcript(a_request(teller.id, 2))).complete_up_to is not None


async def test_what_came_after_all_is_no_gap_though_a_copy_is_parked(bench: Bench) -> None:
    event = Teller().written()
    await bench.tell(event)
    await park(bench, event)

    assert await find_gaps(bench.database) == []


async def test_what_cannot_even_be_read_hides_no_other_gap(bench: Bench) -> None:
    await park(bench, Item(UUID(int=7), "conversations.message.written.v1", b"\xff{"))
    await park(bench, Item(UUID(int=8), "conversations.message.written.v1", b"[]"))
    teller = Teller()
    parked_id = await park(bench, teller.written())

    assert [gap.parked for gap in await find_gaps(bench.database)] == [[parked_id]]


async def test_the_figures_count_gaps_of_over_a_minute(bench: Bench) -> None:
    old, young = Teller(), Teller()
    for teller in (old, young):
        first, _, third = (teller.written() for _ in range(3))
        await bench.tell(first, third)
    await bench.change(
        f"UPDATE holding SET held_at = now() - interval '90 s' WHERE aggregate_id = '{old.id}'"
    )
    watch = GapWatch(bench.database)

    await watch()
    count, oldest = figure("journal_gaps"), figure("journal_gap_oldest_seconds")
    await bench.change("DELETE FROM holding")
    await watch()

    assert count == 1
    assert 90 <= oldest < 120
    assert (figure("journal_gaps"), figure("journal_gap_oldest_seconds")) == (0.0, 0.0)


async def test_the_command_prints_a_line_for_each_without_what_it_says(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    teller = Teller()
    await bench.tell(teller.written("first"))
    parked_id = await park(bench, teller.written("Be there at nine"))

    code = await run_command(bench)

    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    since = datetime.fromisoformat(line.pop("since"))
    assert code == 0
    assert since.astimezone(UTC) <= datetime.now(UTC)
    assert line == {
        "aggregate_id": str(teller.id),
        "complete_up_to_sequence": 1,
        "waiting_behind": 0,
        "parked": [str(parked_id)],
    }


async def run_command(bench: Bench) -> Any:
    command: Any = gaps_command(lambda: bench.database)
    return await command([])
