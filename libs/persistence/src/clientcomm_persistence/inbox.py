"""Messages into a service: inbox rows, handlers and outbox rows in one transaction per batch."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from clientcomm_bus.wire import Item
from clientcomm_contracts.contract import Event, Message, Unparsable, contract_named
from clientcomm_contracts.correlation import correlated
from clientcomm_persistence.database import Database
from clientcomm_persistence.transaction import Transaction

C = TypeVar("C", bound=Message)
Handler = Callable[[Transaction, Sequence[C]], Awaitable[None]]
Parsed = tuple[Item, Message]


class InboxProcessor:
    """Handles batches for a consumer: what it has handled before is left out.

    Each handler gets all items of its contract in the batch, in order; handlers run in the order
    in which they are given, so that two processes take their locks in the same order. Known
    events without a handler are of no interest here; commands without one, and contracts that
    this release does not know, raise Unparsable, so that they are parked rather than lost.
    """

    def __init__(
        self,
        database: Database,
        *,
        consumer: str,
        handlers: Mapping[type[Message], Handler[Any]],
    ) -> None:
        self._database = database
        self._consumer = consumer
        self._handlers = {contract.name: handler for contract, handler in handlers.items()}

    async def __call__(self, items: Sequence[Item]) -> None:
        """Handle a batch; committed when this returns. Raises Unparsable, Unavailable."""
        parsed = [(item, item.parse()) for item in items if self._is_wanted(item)]
        if parsed:
            await self._database.run(lambda transaction: self._handle(transaction, parsed))

    def _is_wanted(self, item: Item) -> bool:
        if item.name in self._handlers:
            return True
        if not issubclass(contract_named(item.name), Event):
            raise Unparsable(f"nobody handles {item.name} here")
        return False

    async def _handle(self, transaction: Transaction, parsed: Sequence[Parsed]) -> None:
        fresh = await transaction.first_time(self._consumer, [item.event_id for item, _ in parsed])
        groups = _by_name(parsed, fresh)
        for name in (name for name in self._handlers if name in groups):
            group = groups[name]
            messages = [message for _, message in group]
            transaction.remember_causes(
                (message, (item.correlation_id, item.traceparent)) for item, message in group
            )
            with correlated(*_common_cause(group)):
                await self._handlers[name](transaction, messages)


def _by_name(parsed: Sequence[Parsed], fresh: set[Any]) -> dict[str, list[Parsed]]:
    """The items to handle by contract; one that is in the batch twice counts once."""
    groups: dict[str, list[Parsed]] = {}
    for item, message in parsed:
        if item.event_id in fresh:
            fresh.discard(item.event_id)
            groups.setdefault(item.name, []).append((item, message))
    return groups


def _common_cause(group: Iterable[Parsed]) -> tuple[str | None, str | None]:
    """What all share; with several causes in a batch, `publish` is told which by `cause`."""
    causes = {(item.correlation_id, item.traceparent) for item, _ in group}
    return causes.pop() if len(causes) == 1 else (None, None)
