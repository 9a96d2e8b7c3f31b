"""How changes are put together before anyone is told."""

import asyncio
from uuid import UUID, uuid4

import orjson
import pytest

from clientcomm_bus import Item
from clientcomm_contracts.conversations.events import ConversationChangedV1, MessageReceivedV1
from clientcomm_gateway.adapters.live.changes import Change, Coalescer
from clientcomm_gateway.adapters.live.reading import changes_in
from clientcomm_gateway.adapters.live.streams import ShownTo

WINDOW = 0.05


class Told:
    """What was told, in order."""

    def __init__(self) -> None:
        self.changes: list[tuple[UUID, Change]] = []
        self.overflows = 0

    async def tell(self, conversation_id: UUID, change: Change) -> None:
        self.changes.append((conversation_id, change))

    def overflow(self) -> None:
        self.overflows += 1


def _change(*messages: UUID) -> Change:
    return Change(message_ids=dict.fromkeys(messages), events=1)


async def test_the_first_change_is_told_at_once_and_the_next_ones_together() -> None:
    told = Told()
    coalescer = Coalescer(told.tell, told.overflow, window=WINDOW)
    conversation, first, second, third = uuid4(), uuid4(), uuid4(), uuid4()

    coalescer.add(conversation, _change(first))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    at_once = list(told.changes)
    coalescer.add(conversation, _change(second))
    coalescer.add(conversation, _change(third))
    coalescer.add(conversation, _change(second))
    await asyncio.sleep(WINDOW * 3)

    assert [list(change.message_ids) for _, change in at_once] == [[first]]
    assert [list(change.message_ids) for _, change in told.changes] == [[first], [second, third]]
    await coalescer.close()


async def test_conversations_do_not_wait_for_each_other() -> None:
    told = Told()
    coalescer = Coalescer(told.tell, told.overflow, window=10)
    conversations = [uuid4() for _ in range(5)]

    for conversation in conversations:
        coalescer.add(conversation, _change())
    await asyncio.sleep(0.01)

    assert [one for one, _ in told.changes] == conversations
    await coalescer.close()


@pytest.mark.parametrize(("conversations", "events"), [(400, 1), (1, 20_000)])
async def test_too_much_is_forgotten_and_pages_fetch_everything(
    conversations: int, events: int
) -> None:
    told = Told()
    coalescer = Coalescer(told.tell, told.overflow, window=10, rest=WINDOW)
    ids = [uuid4() for _ in range(conversations)]

    for conversation in ids:
        for _ in range(events):
            coalescer.add(conversation, _change())
    at_once = told.overflows
    await asyncio.sleep(WINDOW * 2)
    coalescer.add(ids[0], _change())
    await asyncio.sleep(WINDOW)

    assert at_once == 1
    assert told.overflows == 2  # once more at the end of the rest, for what was missed in it
    assert [one for one, _ in told.changes] == [ids[0]]
    await coalescer.close()


def _item(name: str, **body: str) -> Item:
    return Item(uuid4(), name, orjson.dumps(body))


def test_events_are_read_for_their_ids_only() -> None:
    conversation, message = uuid4(), uuid4()

    changes = list(
        changes_in(
            [
                _item(
                    MessageReceivedV1.name,
                    aggregate_id=str(conversation),
                    message_id=str(message),
                    body="private",
                ),
                _item(ConversationChangedV1.name, aggregate_id=str(conversation)),
                _item(
                    "scheduler.conversation_schedule.changed.v1",
                    aggregate_id=str(uuid4()),
                    conversation_id=str(conversation),
                ),
            ]
        )
    )

    assert [one for one, _ in changes] == [conversation] * 3
    assert list(changes[0][1].message_ids) == [message]
    assert [change.is_reshaped for _, change in changes] == [False, True, True]


def test_who_was_shown_a_conversation_learns_once_that_it_is_gone() -> None:
    shown_to, maria, ben, conversation = ShownTo(), uuid4(), uuid4(), uuid4()
    shown_to.add(maria, [conversation])

    assert shown_to.take(conversation, [maria, ben]) == {maria}
    assert shown_to.take(conversation, [maria, ben]) == set()


def test_what_was_shown_is_forgotten_in_the_end() -> None:
    shown_to, maria = ShownTo(most=10), uuid4()
    first = uuid4()
    shown_to.add(maria, [first])
    shown_to.add(maria, [uuid4() for _ in range(10)])

    assert shown_to.take(first, [maria]) == set()
