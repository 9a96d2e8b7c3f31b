"""Search over the text of messages of the conversations that one may read (rule 2.14)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from sqlalchemy import update

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.messages import GetMessage
from clientcomm_contracts.conversations.reading import Box
from clientcomm_contracts.conversations.search import SearchMessages
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.messages import message
from clientcomm_conversations.adapters.tables.staff import coverage

pytestmark = pytest.mark.integration


async def found(scene: Scene, asker: Asker, q: str, *, box: Box | None = None) -> list[UUID]:
    """All pages."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = await scene.ask(SearchMessages(asker=asker, q=q, box=box, cursor=cursor, limit=100))
        ids += [item.message_id for item in page.items]
        if page.next is None:
            return ids
        cursor = page.next


@pytest.fixture
async def here(scene: Scene) -> Place:
    return await scene.department("Pretrial")


@pytest.fixture
async def officer(scene: Scene, here: Place) -> Asker:
    return await scene.staff("Officer", (Role.CASE_MANAGER, here))


@pytest.fixture
async def thread(scene: Scene, here: Place, officer: Asker) -> Thread:
    return await scene.thread(here, officer)


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ("Your appointments are on Monday", "appointment"),
        ("Su citación es el lunes", "citacion"),
        ("Su citacion es el lunes", "citación"),
        ("Traiga a los niños", "niño"),
        ("Traiga a los niños", "NINOS"),
        ("I am running late", "run"),
        ("my son is ill", "son"),
        ("Court is at 9:00 in 2B", "9:00 2b"),
        ("Call the clerk's office", "office clerk"),
    ],
)
async def test_endings_accents_and_language_do_not_matter(
    scene: Scene, officer: Asker, thread: Thread, body: str, typed: str
) -> None:
    text_id = await scene.message(thread, body, NOON)
    await scene.message(thread, "Something else", NOON)

    assert await found(scene, officer, typed) == [text_id]


async def test_every_word_has_to_be_in_the_text(
    scene: Scene, officer: Asker, thread: Thread
) -> None:
    both = await scene.message(thread, "court on Monday", NOON)
    await scene.message(thread, "court on Tuesday", NOON)

    assert await found(scene, officer, "monday court") == [both]
    assert await found(scene, officer, "monday courtroom") == []


async def test_found_words_are_marked_in_the_snippet(
    scene: Scene, officer: Asker, thread: Thread
) -> None:
    await scene.message(thread, "Su citación <b>el</b> lunes, court", NOON)

    reply = await scene.ask(SearchMessages(asker=officer, q="citaciones court"))

    marked = [part.text for part in reply.items[0].snippet if part.is_found]
    assert marked == ["citación", "court"]
    assert "".join(p.text for p in reply.items[0].snippet) == "Su citación <b>el</b> lunes, court"


@pytest.mark.parametrize("typed", ["no", "! ?", "\x00", "a me"])
async def test_what_every_text_has_is_refused_in_words(
    scene: Scene, officer: Asker, typed: str
) -> None:
    with pytest.raises(Refused, match="search_too_common"):
        await found(scene, officer, typed)


@pytest.mark.parametrize("typed", ["court & !monday", "court:*", "court <-> \\\\ '", "😀 court ("])
async def test_signs_of_a_query_language_are_only_text(
    scene: Scene, officer: Asker, thread: Thread, typed: str
) -> None:
    text_id = await scene.message(thread, "court on monday", NOON)

    assert await found(scene, officer, typed) == [text_id]


@pytest.mark.parametrize("of_others", [0, 60], ids=["rare", "common"])
async def test_pages_are_newest_first_without_gap_or_repeat_over_months_and_years(
    scene: Scene, here: Place, officer: Asker, thread: Thread, of_others: int
) -> None:
    other = await scene.thread(here, officer)
    theirs = await scene.thread(here, await scene.staff("Other", (Role.CASE_MANAGER, here)))
    for _ in range(of_others):
        await scene.message(theirs, "court", NOON - timedelta(days=1))
    ages = [timedelta(days=days) for days in (0, 0, 3, 8, 30, 70, 90, 200, 400, 2000)]
    sent = [
        await scene.message(thread if place % 2 else other, "court", NOON - age)
        for place, age in enumerate(ages)
    ]
    supervisor = await scene.staff("Supervisor", (Role.SUPERVISOR, here))

    for asker in (officer,) if of_others else (officer, supervisor):
        gathered: list[tuple[datetime, UUID]] = []
        cursor = None
        while True:
            page = await scene.ask(SearchMessages(asker=asker, q="courts", cursor=cursor, limit=3))
            gathered += [(item.at, item.message_id) for item in page.items]
            if page.next is None:
                break
            cursor = page.next
        assert [message_id for _, message_id in gathered][2:] == sent[2:]
        assert {message_id for _, message_id in gathered[:2]} == set(sent[:2])
        assert gathered == sorted(gathered, reverse=True)


async def test_a_cursor_of_another_list_is_refused(scene: Scene, officer: Asker) -> None:
    for cursor in ("nonsense", "WyJzZWFyY2giLDEsIngiXQ", "WyJ0aHJlYWQiLDEsMl0"):
        with pytest.raises(Refused, match="invalid_cursor"):
            await scene.ask(SearchMessages(asker=officer, q="court", cursor=cursor))


@pytest.mark.parametrize("each", [1, 20], ids=["rare", "common"])
async def test_a_canary_of_another_department_is_found_by_exactly_those_who_may_read_it(
    scene: Scene, each: int
) -> None:
    """Whoever asks, in whatever box: a text is found if, and only if, it can be opened."""
    here, there = await scene.department("Pretrial"), await scene.department("Probation")
    owner = await scene.staff("Owner", (Role.CASE_MANAGER, here))
    colleague = await scene.staff("Colleague", (Role.CASE_MANAGER, here))
    cover = await scene.staff("Cover", (Role.CASE_MANAGER, here), (Role.SUPERVISOR, there))
    await scene.put(coverage, [covering(colleague, cover)])
    other = await scene.staff("Other", (Role.CASE_MANAGER, there))
    threads = [
        await scene.thread(here, owner),
        await scene.thread(here, owner, state=ConversationState.CLOSED),
        await scene.thread(here, colleague),
        await scene.unknown_sender(here),
        await scene.thread(here, None, state=ConversationState.BLOCKED),
        await scene.thread(here, None, state=ConversationState.CLOSED),
        await scene.thread(there, other),
        await scene.unknown_sender(there),
    ]
    canaries = [
        [await scene.message(one, f"canary of {n}", NOON) for _ in range(each)]
        for n, one in enumerate(threads)
    ]
    roles = [(role, place) for role in Role for place in (here, there, None)]
    askers = [owner, colleague, cover, other]
    askers += [await scene.staff("Someone", held) for held in roles]
    askers += [await scene.staff("Both", (Role.FRONT_DESK, here), (Role.SUPERVISOR, there))]

    for asker in askers:
        may_open = {
            one for those in canaries if await _opens(scene, asker, those[0]) for one in those
        }
        in_all = await found(scene, asker, "canary")
        in_boxes = {one for box in Box for one in await found(scene, asker, "canary", box=box)}

        assert set(in_all) == may_open
        assert len(in_all) == len(set(in_all))
        assert in_boxes == may_open


async def test_one_thread_is_searched_by_those_who_may_read_it_only(
    scene: Scene, here: Place, officer: Asker, thread: Thread
) -> None:
    text_id = await scene.message(thread, "court", NOON - timedelta(days=900))
    await scene.message(await scene.thread(here, officer), "court", NOON)
    stranger = await scene.staff("Stranger", (Role.CASE_MANAGER, here))
    question = SearchMessages(asker=officer, q="court", conversation_id=thread.id)

    assert [item.message_id for item in (await scene.ask(question)).items] == [text_id]
    with pytest.raises(Refused, match="not_found"):
        await scene.ask(question.model_copy(update={"asker": stranger}))


async def test_own_box_of_a_supervisor_is_their_caseload(scene: Scene, here: Place) -> None:
    both = await scene.staff("Both", (Role.CASE_MANAGER, here), (Role.SUPERVISOR, here))
    other = await scene.staff("Other", (Role.CASE_MANAGER, here))
    own = await scene.message(await scene.thread(here, both), "court", NOON)
    theirs = await scene.message(await scene.thread(here, other), "court", NOON)

    assert await found(scene, both, "court", box=Box.MINE) == [own]
    assert set(await found(scene, both, "court")) == {own, theirs}


async def test_a_text_that_moved_or_was_blanked_is_found_where_and_as_it_is_now(
    scene: Scene, here: Place, officer: Asker, thread: Thread
) -> None:
    text_id = await scene.message(thread, "court", NOON)
    other = await scene.staff("Other", (Role.CASE_MANAGER, here))
    theirs = await scene.thread(here, other)

    await scene.change(message, text_id, conversation_id=theirs.id)
    assert await found(scene, officer, "court") == []
    assert await found(scene, other, "court") == [text_id]

    await scene.change(message, text_id, body="")
    assert await found(scene, other, "court") == []


async def test_a_deleted_text_leaves_no_words_behind(
    scene: Scene, officer: Asker, thread: Thread
) -> None:
    text_id = await scene.message(thread, "court", NOON)
    async with scene.database.transaction() as tx:
        await tx.execute(update(message).where(message.c.id == text_id).values(segments=2))
        await tx.execute(message.delete().where(message.c.id == text_id))

    assert await found(scene, officer, "court") == []


def covering(away: Asker, cover: Asker) -> dict[str, object]:
    return {
        "id": new_id(),
        "staff_id": away.staff_id,
        "covered_by": cover.staff_id,
        "since": NOON - timedelta(days=1),
        "until": NOON + timedelta(days=1),
    }


async def _opens(scene: Scene, asker: Asker, message_id: UUID) -> bool:
    try:
        await scene.ask(GetMessage(asker=asker, message_id=message_id))
    except Refused:
        return False
    return True
