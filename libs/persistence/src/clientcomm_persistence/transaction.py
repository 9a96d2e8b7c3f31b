"""One transaction: the change, inbox rows of what caused it, outbox rows of what it tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Result, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from clientcomm_contracts.contract import Command, Event, Message
from clientcomm_contracts.faults import Refused
from clientcomm_persistence.answers import (
    RELEASE,
    REMEMBER,
    RESERVE,
    KeptAnswer,
    ReservedKey,
    columns_of_answers,
    given,
    reservations,
)
from clientcomm_persistence.outbox import CHANNEL, WRITE, Entry, columns_of, entry_for
from clientcomm_persistence.textual import TextualStatements, is_plain

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Cause = tuple[str | None, str | None]

_FIRST_TIME = text("""
    INSERT INTO inbox (consumer, event_id)
    SELECT :consumer, unnest(CAST(:event_ids AS uuid[]))
    ON CONFLICT DO NOTHING
    RETURNING event_id
""")

_REMEMBER = text(REMEMBER)
_WRITE = text(WRITE)
_REMEMBER_AND_WRITE = text(f"WITH remembered AS ({REMEMBER}) {WRITE}")


class Transaction:
    """What a use case works with; it is committed by whoever began it, and nowhere else."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._textual = TextualStatements(connection)
        self._entries: list[Entry] = []
        self._answers: list[KeptAnswer] = []
        self._callbacks: list[Callable[[], object]] = []
        self._notices: dict[tuple[str, str], None] = {}
        self._causes: dict[int, tuple[Message, Cause]] = {}

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> Result[Any]:
        """Run one statement."""
        values = {} if parameters is None else parameters
        if (
            isinstance(statement, TextClause)
            and isinstance(values, Mapping)
            and is_plain(statement)
        ):
            return await self._textual.execute(statement, values)
        return await self.connection.execute(statement, parameters)

    def publish(
        self,
        contract: Event | Command,
        *,
        event_id: UUID | None = None,
        cause: Message | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Put a contract into the outbox; it is serialised now and written before the commit.

        `cause` is the message of a batch that it answers, for the right correlation id;
        `correlation_id` says it where one message speaks of several causes.
        """
        known = self.cause_of(cause) if cause is not None else None
        if correlation_id is not None:
            known = (correlation_id, known[1] if known else None)
        self._entries.append(entry_for(contract, event_id, known))

    def cause_of(self, message: Message) -> Cause | None:
        """The correlation id and the trace that a message of this batch carries."""
        known = self._causes.get(id(message))
        return known[1] if known else None

    def write_entry(self, entry: Entry) -> None:
        """Put a ready outbox row beside the others (replay of parked items)."""
        self._entries.append(entry)

    def remember_causes(self, causes: Iterable[tuple[Message, Cause]]) -> None:
        """Know which correlation id and trace each message of a batch carries."""
        self._causes.update((id(message), (message, cause)) for message, cause in causes)

    async def first_time(self, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """Mark as handled; returns those that this consumer had not handled before."""
        # Sorted, so that two batches with the same ids cannot wait for each other.
        result = await self.execute(
            _FIRST_TIME, {"consumer": consumer, "event_ids": sorted(event_ids)}
        )
        return set(result.scalars())

    async def answered(self, key: ReservedKey) -> dict[str, Any] | None:
        """The answer given to this key before, if any; else the key is ours until the end.

        Raises Refused (`reused_key`) if the key came with another body.
        """
        [known] = await self.answered_each([key])
        if isinstance(known, Refused):
            raise known
        return known

    async def answered_each(
        self, keys: Sequence[ReservedKey]
    ) -> Sequence[dict[str, Any] | Refused | None]:
        """`answered` for several keys, no two of them alike; Refused where one is reused."""
        if not keys:
            return ()
        rows = await self.execute(RESERVE, reservations(keys))
        known = {(row.actor, row.key): row for row in rows}
        return [given(known[one.actor, one.key], one) for one in keys]

    def remember_answer(self, key: ReservedKey, answer: Mapping[str, Any]) -> None:
        """Keep the answer for the next time this key comes; written right before the commit."""
        self._answers.append(KeptAnswer(key, answer))

    async def release_key(self, key: ReservedKey) -> None:
        """What was asked with this key was refused: it may come again, also with another body."""
        await self.execute(RELEASE, {"actor": key.actor, "key": key.key})

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call this once the change is durable (wake-ups); must not raise or wait."""
        self._callbacks.append(callback)

    def notify(self, channel: str, payload: str = "") -> None:
        """NOTIFY once this is committed; not in the transaction, see `notifier`."""
        self._notices[channel, payload] = None

    async def flush(self) -> None:
        """Write outbox rows and answers in one statement; called once, right before the commit."""
        entries, answers = columns_of(self._entries), columns_of_answers(self._answers)
        if self._entries:
            statement = _REMEMBER_AND_WRITE if answers else _WRITE
            await self.execute(statement, {**entries, **answers})
            self.notify(CHANNEL)
        elif answers:
            await self.execute(_REMEMBER, answers)
        self._entries, self._answers = [], []

    @property
    def has_news(self) -> bool:
        """Whether a commit would tell anybody anything."""
        return bool(self._entries or self._answers or self._notices or self._callbacks)

    @property
    def notices(self) -> Iterable[tuple[str, str]]:
        """Channels and payloads to notify after the commit."""
        return self._notices

    def committed(self) -> None:
        """Tell those who wanted to know."""
        for callback in self._callbacks:
            callback()
