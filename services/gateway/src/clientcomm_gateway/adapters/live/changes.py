"""What happened in a conversation since its viewers were last told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

WINDOW = 0.25
MOST_EVENTS = 10_000
MOST_WAITING = 300
AT_ONCE = 8
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

    Holds at most `most` events. With more, or with too many conversations waiting, it forgets them
    all, calls `overflow`, and rests for a while: pages that fetch everything need no details, and
    what causes such a flood needs the owners' time itself.
    """

    def __init__(
        self,
        tell: Tell,
        overflow: Callable[[], None],
        *,
        window: float = WINDOW,
        rest: float = 2.0,
    ) -> None:
        self._tell = tell
        self._overflow = overflow
        self._window = window
        self._rest = rest
        self._waiting: dict[UUID, Change] = {}
        self._events = 0
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._resting: asyncio.TimerHandle | None = None
        self._has_missed = False

    def is_resting(self) -> bool:
        """Whether details are of no use now; that something happened is remembered."""
        self._has_missed |= self._resting is not None
        return self._resting is not None

    def add(self, conversation_id: UUID, change: Change) -> None:
        """Something happened."""
        if self._resting is not None:
            self._has_missed = True
            return
        self._waiting.setdefault(conversation_id, Change()).add(change)
        self._events += change.events
        if len(self._waiting) > MOST_WAITING or self._events > MOST_EVENTS:
            self._begin_rest()
        elif conversation_id not in self._tasks:
            task = asyncio.create_task(self._run(conversation_id), name="live conversation")
            self._tasks[conversation_id] = task

    async def close(self) -> None:
        """Forget what waits."""
        self._forget()
        if self._resting is not None:
            self._resting.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin_rest(self) -> None:
        self._forget()
        self._has_missed = False
        self._overflow()
        self._resting = asyncio.get_running_loop().call_later(self._rest, self._end_rest)

    def _end_rest(self) -> None:
        self._resting = None
        if self._has_missed:
            self._has_missed = False
            self._overflow()

    def _forget(self) -> None:
        self._waiting.clear()
        self._events = 0

    async def _run(self, conversation_id: UUID) -> None:
        try:
            while conversation_id in self._waiting:
                async with self._at_once:
                    change = self._waiting.pop(conversation_id, None)
                    if change is not None:
                        self._events -= change.events
                        await self._tell(conversation_id, change)
                await asyncio.sleep(self._window)
        finally:
            del self._tasks[conversation_id]
