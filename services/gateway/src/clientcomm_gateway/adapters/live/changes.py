"""What happened in a conversation since its viewers were last told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

WINDOW = 0.25
_MOST_MESSAGES = 50


@dataclass(slots=True)
class Change:
    """Ids to look up; nothing that would be stale when it is shown."""

    message_ids: dict[UUID, None] = field(default_factory=dict)
    has_markers: bool = False
    is_reshaped: bool = False
    events: int = 0

    def add(self, other: "Change") -> None:
        """Both together."""
        self.message_ids.update(other.message_ids)
        self.has_markers |= other.has_markers
        self.is_reshaped |= other.is_reshaped
        self.events += other.events

    @property
    def is_large(self) -> bool:
        """Whether the page had better fetch its thread again."""
        return len(self.message_ids) > _MOST_MESSAGES


Tell = Callable[[UUID, Change], Awaitable[None]]


class Coalescer:
    """Tells the first change of a conversation at once, and what follows within 250 ms together.

    Holds at most `most` events; with more it forgets them all and calls `overflow`.
    """

    def __init__(
        self,
        tell: Tell,
        overflow: Callable[[], None],
        *,
        window: float = WINDOW,
        most: int = 10_000,
        most_waiting: int = 300,
    ) -> None:
        self._tell = tell
        self._overflow = overflow
        self._window = window
        self._most = most
        self._most_waiting = most_waiting
        self._waiting: dict[UUID, Change] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(8)

    def add(self, conversation_id: UUID, change: Change) -> None:
        """Something happened."""
        self._waiting.setdefault(conversation_id, Change()).add(change)
        if self._is_too_much():
            self._waiting.clear()
            self._overflow()
        elif conversation_id not in self._tasks:
            task = asyncio.create_task(self._run(conversation_id), name="live conversation")
            self._tasks[conversation_id] = task

    async def close(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is_too_much(self) -> bool:
        events = sum(change.events for change in self._waiting.values())
        return len(self._waiting) > self._most_waiting or events > self._most

    async def _run(self, conversation_id: UUID) -> None:
        try:
            while conversation_id in self._waiting:
                async with self._at_once:
                    change = self._waiting.pop(conversation_id, None)
                    if change is not None:
                        await self._tell(conversation_id, change)
                await asyncio.sleep(self._window)
        finally:
            del self._tasks[conversation_id]
