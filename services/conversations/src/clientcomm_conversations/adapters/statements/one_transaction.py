"""What every part of a writer works with."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from clientcomm_chassis.clock import Clock
from clientcomm_persistence.transaction import Transaction


class OneTransaction:
    """A transaction under way, with the clock and the ids of who writes."""

    def __init__(
        self,
        tx: Transaction,
        *,
        clock: Clock,
        new_id: Callable[[], UUID],
        wake_release: Callable[[], None],
    ) -> None:
        self._tx = tx
        self._wake_release = wake_release
        self._clock = clock
        self._new_id = new_id

    def now(self) -> datetime:
        """The present instant by the injected clock."""
        return self._clock.now()

    def new_id(self) -> UUID:
        """A fresh business id."""
        return self._new_id()
