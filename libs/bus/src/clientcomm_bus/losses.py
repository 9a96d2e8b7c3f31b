"""What the AMQP client raises when the broker is away, told as one fault."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from clientcomm_contracts.faults import Unavailable


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
