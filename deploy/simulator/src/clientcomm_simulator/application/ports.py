"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Protocol

from clientcomm_simulator.domain.messages import Media, Timer
from clientcomm_simulator.domain.overrides import Failure

_SUCCESS = 2


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch as the carrier believes them to be."""


class Timeline(Protocol):
    """Time that only goes forward, and what is to happen in it."""

    def now(self) -> float: ...

    def later(self, seconds: float, action: Callable[[], None]) -> Timer: ...

    def spawn(self, work: Coroutine[object, object, None]) -> None: ...


class Journal(Protocol):
    """The ledger: append only."""

    def write(self, record: Mapping[str, object]) -> None: ...

    def settle(self) -> None:
        """All that was written has left the process when this returns."""


class Onlookers(Protocol):
    """Pages that show phones."""

    def notice(self, phone: str) -> None: ...


class MediaShelf(Protocol):
    """Bytes of attachments."""

    def put(self, media: Media, content: bytes) -> None: ...

    def drop(self, sid: str) -> None: ...


class MediaUnavailableError(Exception):
    """The picture to be sent could not be fetched."""


class MediaSource(Protocol):
    """Where pictures to be sent are fetched from; raises MediaUnavailableError."""

    async def fetch(self, url: str) -> tuple[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook to be made; the token stays the same through its retries."""

    kind: str
    about: str
    url: str
    parameters: Mapping[str, str]
    token: str
    method: str = "POST"
    fallback_url: str | None = None
    is_wrongly_signed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back in the end: a status, or why there is none."""

    status: int | None
    body: bytes = b""
    failure: Failure | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and self.status // 100 == _SUCCESS


class Webhooks(Protocol):
    async def deliver(self, post: Post) -> Answer:
        """Makes the request, with retries and fallback as its URL and the carrier's rules say."""
