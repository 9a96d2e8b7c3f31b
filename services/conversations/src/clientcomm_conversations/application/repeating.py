"""A request that comes twice is answered once and done once (architecture §4)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from clientcomm_contracts.contract import Reply
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_conversations.application.writing import Writer
from clientcomm_persistence import ReservedKey

R = TypeVar("R", bound=Reply)
R_co = TypeVar("R_co", bound=Reply, covariant=True)


class Repeatable(Protocol[R_co]):
    """A request that may come twice."""

    @property
    def asker(self) -> Asker: ...

    @property
    def repeat_key(self) -> RepeatKey | None: ...

    @classmethod
    def reply_type(cls) -> type[R_co]: ...


Q = TypeVar("Q", bound=Repeatable[Any])


async def once(writer: Writer, request: Repeatable[R], work: Callable[[], Awaitable[R]]) -> R:
    """Do the work, or give the answer that this key had before. Raises Refused (reused_key)."""
    if request.repeat_key is None:
        return await work()
    key = ReservedKey.of(request.asker.staff_id, request.repeat_key)
    [known] = await writer.answered_each([key])
    if isinstance(known, Refused):
        raise known
    if known is not None:
        return _read(request, known)
    reply = await work()
    writer.remember_answer(key, reply.model_dump(mode="json"))
    return reply


async def once_each(
    writer: Writer,
    requests: Sequence[Q],
    work: Callable[[Sequence[Q]], Awaitable[Sequence[R | Refused]]],
) -> Sequence[R | Refused]:
    """`once` for requests that share a transaction, with no two keys alike.

    What `work` refuses changes nothing, and leaves its key free.
    """
    outcomes = await _answered_before(writer, requests)
    fresh = [number for number in range(len(requests)) if number not in outcomes]
    done = await work([requests[number] for number in fresh]) if fresh else ()
    for number, outcome in zip(fresh, done, strict=True):
        outcomes[number] = outcome
        await _keep(writer, requests[number], outcome)
    return [outcomes[number] for number in range(len(requests))]


async def _answered_before(
    writer: Writer, requests: Sequence[Repeatable[R]]
) -> dict[int, R | Refused]:
    keys = {
        number: ReservedKey.of(request.asker.staff_id, request.repeat_key)
        for number, request in enumerate(requests)
        if request.repeat_key is not None
    }
    given = zip(keys, await writer.answered_each(list(keys.values())), strict=True)
    return {
        number: known if isinstance(known, Refused) else _read(requests[number], known)
        for number, known in given
        if known is not None
    }


async def _keep(writer: Writer, request: Repeatable[Any], outcome: Reply | Refused) -> None:
    if request.repeat_key is None:
        return
    key = ReservedKey.of(request.asker.staff_id, request.repeat_key)
    if isinstance(outcome, Refused):
        await writer.release_key(key)
    else:
        writer.remember_answer(key, outcome.model_dump(mode="json"))


def _read(request: Repeatable[R], known: Mapping[str, Any]) -> R:
    return request.reply_type().model_validate(known)
