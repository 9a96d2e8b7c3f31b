"""What the AMQP client raises when the broker is away, told as one fault."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()

T = TypeVar("T")


@contextmanager
def loss_is_unavailable() -> Iterator[None]:
    """Turn a lost connection into Unavailable.

    A failed heartbeat lets a CancelledError out of a call that nobody cancelled (research §0.6);
    `cancelling()` tells it from a true one.
    """
    try:
        yield
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        raise Unavailable(f"broker: {type(error).__name__}") from error
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Unavailable("broker: connection lost") from None


class Pause:
    """A wait that doubles from round to round, for a dependency that is away."""

    def __init__(self, shortest: float = 0.2, longest: float = 2.0) -> None:
        self._shortest = shortest
        self._longest = longest
        self._next = shortest

    async def wait(self) -> None:
        """Sleep, longer than last time."""
        await asyncio.sleep(self._next)
        self._next = min(self._next * 2, self._longest)

    def reset(self) -> None:
        """All is well again: begin with the shortest."""
        self._next = self._shortest


async def until_available(
    work: Callable[[], Awaitable[T]], may_wait: Callable[[], bool], *, queue: str
) -> T:
    """Do what a database or broker that is away holds up; the consumer keeps what it has in hand.

    Returning it to the queue would count against its delivery limit. Raises Unavailable once it
    may wait no longer.
    """
    pause = Pause(longest=5.0)
    while True:
        try:
            return await work()
        except Unavailable as fault:
            if not may_wait():
                raise
            log.warning("consumer_paused", queue=queue, reason=str(fault))
            await pause.wait()
