"""What a merge leaves in the threads, and whom it tells (rules 2.3, 2.5, 3.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_conversations.application import facts
from clientcomm_conversations.application.marking import mark
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.client import Client
from clientcomm_conversations.domain.joining import ended_at
from clientcomm_conversations.domain.thread import Thread


@dataclass(frozen=True, slots=True)
class Pair:
    """What one department has with the two clients; at least one of the two."""

    survivor: Thread | None
    absorbed: Thread | None

    @property
    def left(self) -> Thread:
        """The one that goes on."""
        thread = self.survivor or self.absorbed
        assert thread is not None
        return thread


@dataclass(frozen=True, slots=True)
class Merge:
    """Both clients as they were, the one that they are now, and who merges them."""

    survivor: Client
    absorbed: Client
    after: Client
    by: UUID
    by_name: str | None

    def is_news_for(self, pair: Pair) -> bool:
        """True unless all that the department knows of the client is as it was."""
        return pair.absorbed is not None or _known_of(self.survivor) != _known_of(self.after)


def mark_merge(writer: Writer, merge: Merge, pair: Pair) -> None:
    """The thread that is left is the client's, and says what happened."""
    thread, now = pair.left, writer.now()
    thread.client_id = merge.after.id
    if pair.survivor is None:
        writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=merge.by))
    gone = merge.absorbed.full_name
    marked = partial(mark, writer, thread, by=merge.by, by_name=merge.by_name)
    if pair.survivor is not None and pair.absorbed is not None:
        ended = ended_at(pair.absorbed, now)
        marked(MarkerKind.MERGE_ENDED, details={"name": gone}, at=ended)
        marked(MarkerKind.MERGED, details={"name": gone})
    elif merge.is_news_for(pair):
        names = {"old_name": gone, "new_name": merge.after.full_name}
        marked(MarkerKind.MERGED, details=names)


def tell_merge(writer: Writer, merge: Merge, pairs: Sequence[Pair]) -> None:
    """Each other case manager who has or had one of the two, by one e-mail."""
    told: dict[UUID, Notice] = {}
    for pair in pairs:
        if not merge.is_news_for(pair):
            continue
        for thread in filter(None, (pair.left, pair.absorbed)):
            reader = thread.assigned_to
            if reader and reader != merge.by and thread.state is ConversationState.OPEN:
                told.setdefault(reader, _notice(writer, merge, thread, pair.left, reader))
    if told:
        writer.publish(SendNoticesV1(items=tuple(told.values())))


def _notice(writer: Writer, merge: Merge, had: Thread, left: Thread, reader: UUID) -> Notice:
    """With a link for who still has the client."""
    return Notice(
        id=writer.new_id(),
        staff_id=reader,
        kind=NoticeKind.CLIENTS_MERGED,
        department_id=had.department_id,
        conversation_id=left.id if left.assigned_to == reader else None,
        details={"by": merge.by_name or "", "client": merge.after.short_name},
    )


def _known_of(client: Client) -> tuple[str, frozenset[tuple[str, bool]]]:
    numbers = {(number.value, number.is_primary) for number in client.current_numbers}
    return client.full_name, frozenset(numbers)
