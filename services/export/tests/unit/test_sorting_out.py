"""Sorting facts into journal and holding: no gaps, no repeats, whatever the order of arrival."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from clientcomm_export.domain.journal import Fact, Progress, sort_out

START = datetime(2026, 6, 1, tzinfo=UTC)


def a_fact(aggregate: int, sequence: int) -> Fact:
    return Fact(
        event_id=UUID(int=aggregate * 1000 + sequence),
        name="conversations.message.written.v1",
        aggregate_id=UUID(int=aggregate),
        sequence=sequence,
        occurred_at=START + timedelta(minutes=sequence),
        body="{}",
        content=None,
    )


class Keeper:
    """Journal and holding in memory, fed batch by batch."""

    def __init__(self) -> None:
        self.journal: list[Fact] = []
        self.holding: list[Fact] = []
        self.progress: dict[UUID, Progress] = {}

    def take(self, batch: Sequence[Fact]) -> None:
        touched = {fact.aggregate_id for fact in batch}
        held = [fact for fact in self.holding if fact.aggregate_id in touched]
        result = sort_out(batch, held, self.progress)
        released = {fact.place for fact in result.released}
        self.journal += result.appended
        self.holding = [
            *(fact for fact in self.holding if fact.place not in released),
            *result.held,
        ]
        self.progress.update(result.progress)


@some.composite
def arrivals(draw: some.DrawFn) -> tuple[list[Fact], list[list[Fact]]]:
    lengths = draw(some.lists(some.integers(1, 8), min_size=1, max_size=4))
    facts = [
        a_fact(aggregate, sequence)
        for aggregate, length in enumerate(lengths)
        for sequence in range(1, length + 1)
    ]
    repeated = draw(some.lists(some.sampled_from(facts), max_size=10))
    order = draw(some.permutations([*facts, *repeated]))
    size = draw(some.integers(1, 7))
    return facts, [list(order[start : start + size]) for start in range(0, len(order), size)]


@settings(deadline=None)
@given(arrivals())
def test_every_fact_ends_in_the_journal_once_and_in_order(
    arrived: tuple[list[Fact], list[list[Fact]]],
) -> None:
    facts, batches = arrived
    keeper = Keeper()

    for batch in batches:
        keeper.take(batch)
        assert_whole(keeper)

    assert {fact.place for fact in keeper.journal} == {fact.place for fact in facts}
    assert keeper.holding == []


def assert_whole(keeper: Keeper) -> None:
    last: dict[UUID, int] = {}
    for fact in keeper.journal:
        assert fact.sequence == last.get(fact.aggregate_id, 0) + 1
        last[fact.aggregate_id] = fact.sequence
    places = [fact.place for fact in keeper.holding]
    assert len(places) == len(set(places))
    for aggregate_id, progress in keeper.progress.items():
        assert progress.last_sequence == last.get(aggregate_id, 0)
        assert progress.held == sum(one == aggregate_id for one, _ in places)


def test_order_of_arrival_across_aggregates_is_kept() -> None:
    batch = [a_fact(1, 1), a_fact(2, 1), a_fact(1, 2), a_fact(2, 2)]

    assert sort_out(batch, (), {}).appended == batch


def test_nothing_new_is_no_progress() -> None:
    known = {UUID(int=1): Progress(2, START, 0)}

    result = sort_out([a_fact(1, 1), a_fact(1, 2)], (), known)

    assert (result.appended, result.held, result.progress) == ([], [], {})
