from clientcomm_bus import Broker
from clientcomm_bus.publisher import Publication
from clientcomm_bus.replies import _KEPT_BYTES, Replies, _Kept

LATER = 4_102_444_800_000
"""In the year 2100, in milliseconds."""


def _answer(*, size: int = 1, deadline_ms: int = LATER) -> _Kept:
    return _Kept(deadline_ms, Publication("", "asker", b"x" * size, mandatory=False))


def _replies() -> Replies:
    return Replies(Broker("amqp://nobody@127.0.0.1:1/", process_name="test"))


def test_what_nobody_waits_for_any_more_is_forgotten() -> None:
    replies = _replies()

    replies._keep(_answer(deadline_ms=1))
    replies._keep(_answer())

    assert len(replies._kept) == 1
    assert replies._kept_bytes == 1


def test_of_answers_no_more_is_kept_than_a_few_megabytes_and_the_newest_stay() -> None:
    replies = _replies()
    answers = [_answer(size=_KEPT_BYTES // 4) for _ in range(9)]

    for answer in answers:
        replies._keep(answer)

    assert list(replies._kept) == answers[-4:]


async def test_an_answer_past_its_deadline_is_not_published_again() -> None:
    replies = _replies()
    replies._kept.extend([_answer(deadline_ms=1), awaited := _answer()])

    assert list(replies._awaited()) == [awaited.publication]
