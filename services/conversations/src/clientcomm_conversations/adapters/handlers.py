"""Use cases as handlers of messages and requests: each runs in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from clientcomm_chassis.clock import Clock
from clientcomm_contracts.contract import Message, Reply, Request
from clientcomm_contracts.faults import Refused
from clientcomm_conversations.adapters.writer import SqlWriter
from clientcomm_conversations.application.writing import Writer
from clientcomm_persistence.database import Database
from clientcomm_persistence.grouped import Grouped
from clientcomm_persistence.inbox import Handler
from clientcomm_persistence.transaction import Transaction

C = TypeVar("C", bound=Message)
Q = TypeVar("Q", bound=Request[Any])
Answer = Callable[[Any], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Writers:
    """Makes a writer for each transaction."""

    clock: Clock
    new_id: Callable[[], UUID]
    bulk_waits: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, tx: Transaction) -> SqlWriter:
        """A transaction's writer."""
        return SqlWriter(tx, clock=self.clock, new_id=self.new_id, wake_release=self.bulk_waits.set)

    def handling(self, use_case: Callable[[Writer, Sequence[C]], Awaitable[None]]) -> Handler[C]:
        """A use case that takes all messages of its contract in a batch."""

        async def handle(tx: Transaction, messages: Sequence[C]) -> None:
            await use_case(self.of(tx), messages)

        return handle

    def answering_together(
        self,
        database: Database,
        use_case: Callable[[Writer, Sequence[Q]], Awaitable[Sequence[Reply | Refused]]],
        *,
        apart: Callable[[Q], Hashable],
        in_turn: Callable[[Q], Hashable],
    ) -> Answer:
        """A use case that answers all requests that came meanwhile in one transaction."""

        async def work(tx: Transaction, requests: Sequence[Q]) -> Sequence[Reply | Refused]:
            return await use_case(self.of(tx), requests)

        return Grouped(database, work, apart=apart, in_turn=in_turn)

    def answering(
        self, database: Database, use_case: Callable[[Writer, Q], Awaitable[Reply]]
    ) -> Answer:
        """A use case that answers a request."""

        async def answer(request: Q) -> Reply:
            return await database.run(lambda tx: use_case(self.of(tx), request))

        return answer
