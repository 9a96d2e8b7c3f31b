"""Transfer, merge and closing become known in every order, and twice: one and the same end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby, permutations
from uuid import UUID, uuid4

import pytest
from services.scheduler.tests.factories import (
    NOW,
    HandClock,
    a_conversation,
    a_grant,
    a_merge,
    a_request,
    an_item,
)
from services.scheduler.tests.integration.conftest import Bench

from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.commands import SendOccurrencesV1
from clientcomm_contracts.conversations.events import ConversationChangedV1
from clientcomm_contracts.scheduler import (
    ConversationScheduleChangedV1,
    GetScheduledMessage,
    ScheduledMessageChangedV1,
    ScheduledMessageView,
)
from clientcomm_contracts.values import ConversationState, ScheduledState

pytestmark = pytest.mark.integration

CLOSED = ConversationState.CLOSED


def minutes(count: int) -> datetime:
    return NOW + timedelta(minutes=count)


class Case:
    """A conversation with a text from before its closing, and perhaps one from after it."""

    def __init__(self) -> None:
        self.first, self.second, self.third = uuid4(), uuid4(), uuid4()
        self.texts: dict[str, UUID] = {}

    def transferred(self) -> ConversationChangedV1:
        changed = a_conversation(self.first, sequence=2, at=minutes(2))
        return changed.model_copy(update={"assigned_to": uuid4()})

    def closed(self) -> Event:
        return a_conversation(self.first, sequence=3, at=minutes(5), state=CLOSED)

    def opened(self) -> Event:
        return a_conversation(self.first, sequence=4, at=minutes(6))

    def merged(self) -> Event:
        return a_merge(self.second, self.first, at=minutes(20))

    def merged_says_the_absorbed(self) -> Event:
        return a_conversation(
            self.first, sequence=5, at=minutes(20), state=CLOSED, merged_into=self.second
        )

    def merged_again(self) -> Event:
        return a_merge(self.third, self.second, at=minutes(30))

    async def schedule(self, bench: Bench) -> None:
        """One text two minutes before the closing, one ten minutes after it."""
        for name, at in (("before", minutes(3)), ("after", minutes(15))):
            bench.clock.at = at
            made = await bench.requests.schedule(a_request(self.first, body=name))
            self.texts[name] = made.scheduled_message.id
        bench.clock.at = minutes(40)
        await bench.forget_told()

    async def seen(self, bench: Bench, name: str) -> ScheduledMessageView:
        everywhere = a_grant(self.first, self.second, self.third)
        question = GetScheduledMessage(grant=everywhere, scheduled_message_id=self.texts[name])
        return (await bench.requests.get(question)).scheduled_message


async def arrive(bench: Bench, events: Sequence[Event]) -> None:
    """One after the other, then all again under other ids, as after a replay."""
    for event in events:
        await bench.follow(an_item(event))
    await bench.follow(*(an_item(event) for event in events))


async def states_told(bench: Bench, schedule_id: UUID) -> list[ScheduledState]:
    """The states that were told of a text, each as often as it was entered."""
    told = await bench.told(ScheduledMessageChangedV1)
    states = [event.state for event in told if event.aggregate_id == schedule_id]
    return [state for state, _ in groupby(states)]


async def counts_told(bench: Bench) -> dict[UUID, int]:
    told = await bench.told(ConversationScheduleChangedV1)
    return {event.conversation_id: event.scheduled_count for event in told}


async def one_goes_out(bench: Bench, text: ScheduledMessageView) -> None:
    """When the time has come, this text and nothing else is handed over, once."""
    bench.clock.at = text.due_at
    await bench.forget_told()
    assert [await bench.tick(), await bench.tick()] == [1, 0]
    [command] = await bench.told(SendOccurrencesV1)
    assert [item.body for item in command.items] == [text.body]


@pytest.mark.parametrize("says", ["the survivor", "the absorbed"])
async def test_transfer_closing_opening_and_merge_in_every_order(bench: Bench, says: str) -> None:
    for order in permutations(range(4)):
        bench.clock = HandClock()
        case = Case()
        await case.schedule(bench)
        merged = case.merged() if says == "the survivor" else case.merged_says_the_absorbed()
        events = [case.transferred(), case.closed(), case.opened(), merged]

        await arrive(bench, [events[place] for place in order])

        before, after = await case.seen(bench, "before"), await case.seen(bench, "after")
        assert (before.state, before.conversation_id) == (ScheduledState.CANCELED, case.second)
        assert (after.state, after.conversation_id) == (ScheduledState.SCHEDULED, case.second)
        canceled_once = await states_told(bench, before.id)
        assert canceled_once[-1] is ScheduledState.CANCELED
        assert canceled_once.count(ScheduledState.CANCELED) == 1
        assert await states_told(bench, after.id) == [ScheduledState.SCHEDULED]
        assert (await counts_told(bench)) == {case.first: 0, case.second: 1}
        await one_goes_out(bench, after)


async def test_two_merges_one_after_the_other_with_a_closing_before_them_in_every_order(
    bench: Bench,
) -> None:
    for order in permutations(range(4)):
        bench.clock = HandClock()
        case = Case()
        await case.schedule(bench)
        events = [case.transferred(), case.closed(), case.merged(), case.merged_again()]

        await arrive(bench, [events[place] for place in order])

        before, after = await case.seen(bench, "before"), await case.seen(bench, "after")
        assert (before.state, before.conversation_id) == (ScheduledState.CANCELED, case.third)
        assert (after.state, after.conversation_id) == (ScheduledState.SCHEDULED, case.third)
        counts = await counts_told(bench)
        assert counts.pop(case.third) == 1
        assert set(counts.values()) <= {0}
        await one_goes_out(bench, after)


async def test_a_transfer_alone_moves_what_is_scheduled_by_leaving_it_where_it_is(
    bench: Bench,
) -> None:
    """Permission is asked for the conversation, so that who has it has what waits in it."""
    case = Case()
    await case.schedule(bench)

    await arrive(bench, [case.transferred()])

    assert (await case.seen(bench, "before")).state is ScheduledState.SCHEDULED
    assert await bench.told() == []
