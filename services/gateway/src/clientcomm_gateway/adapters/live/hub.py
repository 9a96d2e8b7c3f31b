"""Knows every open stream, and tells each what its reader may see."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog

from clientcomm_bus import Item, RequestFailed
from clientcomm_chassis import gauge
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.live.changes import Change, Coalescer
from clientcomm_gateway.adapters.live.reading import changes_in
from clientcomm_gateway.adapters.live.streams import BEAT, Stream
from clientcomm_gateway.adapters.live.telling import Teller
from clientcomm_gateway.application.ports import Clock, Sessions

log = structlog.get_logger()

_open_streams = gauge("live_streams", "Open streams of live updates")
_REFRESH_EVERY = 2.0
_PER_SESSION = 8


@dataclass(slots=True)
class _Calm:
    """Lets `refresh` out at most every 2 s, and never forgets the last one."""

    not_before: float = 0.0
    timer: asyncio.TimerHandle | None = None


class LiveHub:
    """Component of the gateway process; stopped before the HTTP server, so that it can end."""

    def __init__(self, teller: Teller, sessions: Sessions, clock: Clock) -> None:
        self.name = "live updates"
        self._teller = teller
        self._sessions = sessions
        self._clock = clock
        self._streams: set[Stream] = set()
        self._coalescer = Coalescer(self._tell, self.refresh)
        self._calm = _Calm()
        self._task: asyncio.Task[None] | None = None
        self._checks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def start(self) -> None:
        """Begin to look after sessions."""
        self._task = asyncio.create_task(self._watch_sessions(), name=self.name)

    async def stop(self) -> None:
        """End all streams; browsers reconnect by themselves."""
        self._is_closing = True
        for stream in list(self._streams):
            stream.close()
        tasks = [*self._checks, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._coalescer.close()
        if self._calm.timer is not None:
            self._calm.timer.cancel()

    def is_ready(self) -> bool:
        """Whether it looks after its streams."""
        return self._task is not None and not self._task.done()

    @property
    def stream_count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def open(self, stream: Stream) -> bool:
        """Take a stream in; False if this session has enough of them, or we are ending."""
        same = sum(other.session.id == stream.session.id for other in self._streams)
        if self._is_closing or same >= _PER_SESSION:
            return False
        self._streams.add(stream)
        _open_streams.set(len(self._streams))
        return True

    def leave(self, stream: Stream) -> None:
        """The browser has gone."""
        self._streams.discard(stream)
        _open_streams.set(len(self._streams))

    def on_items(self, items: Sequence[Item]) -> None:
        """Events from the bus; must not wait."""
        if not self._streams or self._coalescer.is_resting():
            return
        for conversation_id, change in changes_in(items):
            self._coalescer.add(conversation_id, change)

    def refresh(self) -> None:
        """Something may have been missed: every page fetches its regions again."""
        now = time.monotonic()
        if self._calm.timer is not None:
            return
        wait = max(0.0, self._calm.not_before - now)
        self._calm.not_before = now + wait + _REFRESH_EVERY
        if not wait:
            self._refresh_now()
        else:
            loop = asyncio.get_running_loop()
            self._calm.timer = loop.call_later(wait, self._refresh_now)

    def on_person_changed(self, staff_id: UUID) -> None:
        """Someone's sessions or rights changed: see at once which streams end."""
        theirs = [stream for stream in self._streams if stream.staff_id == staff_id]
        if theirs:
            task = asyncio.create_task(self._check(theirs, is_refreshing=True))
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    def _refresh_now(self) -> None:
        self._calm.timer = None
        for stream in self._streams:
            stream.send("refresh", {})

    async def _tell(self, conversation_id: UUID, change: Change) -> None:
        try:
            await self._teller.tell(conversation_id, change, tuple(self._streams))
        except (Unavailable, Refused, RequestFailed) as fault:
            log.warning("live_update_not_told", fault=type(fault).__name__)
            self.refresh()
        except Exception:  # the boundary of a background task
            log.exception("live_update_failed")

    async def _watch_sessions(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self._check(tuple(self._streams))

    async def _check(self, streams: Iterable[Stream], *, is_refreshing: bool = False) -> None:
        streams = list(streams)
        if not streams:
            return
        with suppress(Unavailable):
            ids = {stream.session.id for stream in streams}
            alive = await self._sessions.alive(ids, self._clock.now())
            for stream in streams:
                if stream.session.id not in alive:
                    stream.send("signed_out", {})
                    stream.close()
                elif is_refreshing:
                    stream.send("refresh", {})
