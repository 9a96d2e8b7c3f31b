import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import NOBODYS, Writing, a_key, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.departments import CloseDepartment
from clientcomm_contracts.conversations.events import MessageReceivedV1
from clientcomm_contracts.conversations.quarantine import (
    AssignQuarantined,
    FiledAs,
    FileQuarantined,
    ListQuarantine,
    QuarantinedKind,
    QuarantineReply,
)
from clientcomm_contracts.conversations.reading import GetThread
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import InboundMedia, SendTextsV1, SetOptOutV1
from clientcomm_contracts.values import ConversationState, Role, TextTag
from clientcomm_conversations.adapters.tables.departments import department

pytestmark = pytest.mark.integration

PHONE = "+12125550188"


@pytest.fixture
async def supervisor(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Sue Super", (Role.SUPERVISOR, office))


async def _lost(writing: Writing, office: Place, *bodies: str, files: bool = False) -> None:
    media = (InboundMedia(id=new_id(), content_type="image/png", position=0),) if files else ()
    for minute, body in enumerate(bodies):
        at = NOON + timedelta(minutes=minute)
        text = a_text(office, PHONE, body, at=at, media=media)
        await writing.deliver(text.model_copy(update=NOBODYS))


async def _listed(scene: Scene, asker: Asker, **more: Any) -> QuarantineReply:
    reply: QuarantineReply = await scene.ask(ListQuarantine(asker=asker, **more))
    return reply


async def _assign(
    writing: Writing, asker: Asker, text_id: Any, department_id: Any, **more: Any
) -> Any:
    return await writing.order(
        AssignQuarantined(asker=asker, text_id=text_id, department_id=department_id, **more)
    )


async def test_an_administrator_sees_sender_time_and_kind_but_no_word(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "a secret")
    await _lost(writing, office, "", files=True)

    found = await _listed(scene, chief)

    assert {one.kind for one in found.items} == {QuarantinedKind.TEXT, QuarantinedKind.FILES}
    assert {(one.number_from, one.body) for one in found.items} == {(PHONE, None)}
    assert found.may_assign == (office.id,)


async def test_the_supervisor_of_the_department_it_is_given_to_reads_it(
    writing: Writing, scene: Scene, office: Place, chief: Asker, supervisor: Asker
) -> None:
    court = await scene.department("Pretrial South")
    elsewhere = await scene.staff("Ova There", (Role.SUPERVISOR, court))
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    assert (await _listed(scene, supervisor)).items == ()

    answer = await _assign(writing, chief, text.id, office.id)

    assert answer.text.body is None
    assert [one.body for one in (await _listed(scene, supervisor)).items] == ["a secret"]
    assert (await _listed(scene, elsewhere)).items == ()
    assert (await _listed(scene, chief)).items[0].department_name == "Probation North"


async def test_case_managers_have_no_quarantine(
    writing: Writing, scene: Scene, office: Place
) -> None:
    officer = await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office), (Role.AUDITOR, office))
    await _lost(writing, office, "a secret")

    with pytest.raises(Refused) as refusal:
        await _listed(scene, officer)

    assert refusal.value.code == "not_found"


async def test_only_an_administrator_gives_texts_away_and_only_to_departments_of_theirs(
    writing: Writing, scene: Scene, office: Place, chief: Asker, supervisor: Asker
) -> None:
    court = await scene.department("Pretrial South")
    local = await scene.staff("Lo Cal", (Role.ADMINISTRATOR, office))
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    attempts = [
        (supervisor, text.id, office.id, "not_found"),
        (local, text.id, court.id, "not_found"),
        (chief, text.id, new_id(), "not_found"),
        (chief, new_id(), office.id, "not_found"),
    ]

    for asker, text_id, department_id, code in attempts:
        with pytest.raises(Refused) as refusal:
            await _assign(writing, asker, text_id, department_id)
        assert refusal.value.code == code
    await _assign(writing, chief, text.id, court.id)
    with pytest.raises(Refused) as taken:
        await _assign(writing, local, text.id, office.id)
    assert taken.value.code == "not_found"


async def test_the_same_order_again_gets_the_same_answer(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    key = a_key()

    first = await _assign(writing, chief, text.id, office.id, repeat_key=key)

    assert await _assign(writing, chief, text.id, office.id, repeat_key=key) == first


async def test_the_list_is_paged_newest_first(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, *"abc")

    first = await _listed(scene, chief, limit=2)
    second = await _listed(scene, chief, limit=2, cursor=first.next)

    times = [one.received_at for one in (*first.items, *second.items)]
    assert times == sorted(times, reverse=True)
    assert (len(times), second.next) == (3, None)
    with pytest.raises(Refused):
        await _listed(scene, chief, cursor="nonsense")


async def _file(writing: Writing, asker: Asker, text_id: Any, place: Place, **more: Any) -> Any:
    return await writing.order(
        FileQuarantined(asker=asker, text_id=text_id, department_id=place.id, **more)
    )


async def _filing_refused(writing: Writing, asker: Asker, text_id: Any, place: Place) -> str:
    with pytest.raises(Refused) as refusal:
        await _file(writing, asker, text_id, place)
    return refusal.value.code


async def test_a_filed_text_stands_in_the_clients_conversation_and_is_unread(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    officer = await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office))
    thread = await scene.thread(office, officer)
    text = a_text(office, thread.number, "Where do I go?", at=NOON, media=(_picture(),))
    await writing.deliver(text.model_copy(update=NOBODYS))
    (waiting,) = (await _listed(scene, chief)).items

    reply = await _file(writing, chief, waiting.id, office)

    assert (reply.conversation_id, reply.filed_as) == (thread.id, FiledAs.CLIENT)
    assert (await _listed(scene, chief)).items == ()
    page = await scene.ask(GetThread(asker=officer, conversation_id=thread.id))
    assert [item.body for item in page.items] == ["Where do I go?"]
    assert len(page.items[0].attachments) == 1
    assert (await writing.summary(thread.id)).unread_count == 1
    sequences = await writing.sequences(thread.id)
    assert sequences == list(range(1, len(sequences) + 1))


async def test_a_text_to_a_short_code_waits_and_is_filed_like_any_other(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    lost = a_text(office, PHONE, "Anybody there?").model_copy(update=NOBODYS)
    await writing.deliver(lost.model_copy(update={"number_to": "72345"}))
    (waiting,) = (await _listed(scene, chief)).items

    reply = await _file(writing, chief, waiting.id, office)

    assert waiting.number_to == "72345"
    assert reply.filed_as is FiledAs.UNKNOWN_SENDER
    (told,) = await writing.told(MessageReceivedV1)
    assert (told.number_to, told.body) == ("72345", "Anybody there?")


async def test_a_strangers_filed_text_lies_in_the_inbox_and_no_machine_answers(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "hello")
    (waiting,) = (await _listed(scene, chief)).items

    reply = await _file(writing, chief, waiting.id, office)

    assert reply.filed_as is FiledAs.UNKNOWN_SENDER
    assert (await writing.summary(reply.conversation_id)).state == "unassigned"
    assert await writing.told(SendTextsV1) == []


async def test_a_text_is_filed_once_whoever_presses_and_however_often(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    other = await scene.staff("Al So", (Role.ADMINISTRATOR, None))
    await _lost(writing, office, "hello")
    (waiting,) = (await _listed(scene, chief)).items
    key = a_key()

    outcomes = await asyncio.gather(
        _file(writing, chief, waiting.id, office, repeat_key=key),
        _file(writing, other, waiting.id, office),
        _file(writing, other, waiting.id, office),
        return_exceptions=True,
    )

    refused = [one.code for one in outcomes if isinstance(one, Refused)]
    assert refused == ["already_filed", "already_filed"]
    assert len(await writing.rows("select 1 from message")) == 1
    with pytest.raises(Refused, match="already_filed"):
        await _assign(writing, chief, waiting.id, office.id)


async def test_the_same_filing_again_gets_the_same_answer(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "hello")
    (waiting,) = (await _listed(scene, chief)).items
    key = a_key()

    first = await _file(writing, chief, waiting.id, office, repeat_key=key)

    assert await _file(writing, chief, waiting.id, office, repeat_key=key) == first


async def test_a_supervisor_files_what_their_department_was_given(
    writing: Writing, scene: Scene, office: Place, chief: Asker, supervisor: Asker
) -> None:
    court = await scene.department("Pretrial South")
    await _lost(writing, office, "hello", "again")
    text, other = (await _listed(scene, chief)).items
    assert await _filing_refused(writing, supervisor, text.id, office) == "not_found"

    await _assign(writing, chief, text.id, office.id)
    assert (await _listed(scene, supervisor)).may_file == (office.id,)
    assert await _filing_refused(writing, supervisor, text.id, court) == "not_found"
    await _file(writing, supervisor, text.id, office)

    officer = await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office))
    assert await _filing_refused(writing, officer, other.id, office) == "not_found"
    nowhere = Place(new_id(), "+12125550100")
    assert await _filing_refused(writing, chief, other.id, nowhere) == "not_found"
    assert await _filing_refused(writing, chief, new_id(), office) == "not_found"


async def test_a_stop_that_is_filed_stops_the_texts_of_that_department(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    text = a_text(office, PHONE, "STOP", tag=TextTag.STOP)
    await writing.deliver(text.model_copy(update=NOBODYS))
    (waiting,) = (await _listed(scene, chief)).items

    await _file(writing, chief, waiting.id, office)

    (order,) = await writing.told(SetOptOutV1)
    assert (order.department_id, order.number, order.is_opted_out) == (office.id, PHONE, True)


async def test_a_refusal_that_is_filed_holds_automatic_texts_until_a_person_decides(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    text = a_text(office, PHONE, "Leave me alone", tag=TextTag.SUSPECTED_REFUSAL)
    await writing.deliver(text.model_copy(update=NOBODYS))
    (waiting,) = (await _listed(scene, chief)).items

    await _file(writing, chief, waiting.id, office)

    (order,) = await writing.told(SetOptOutV1)
    assert (order.number, order.is_opted_out, order.is_doubtful) == (PHONE, False, True)


async def test_a_newer_word_to_the_department_counts_more_than_a_stop_filed_late(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    text = a_text(office, PHONE, "STOP", tag=TextTag.STOP, at=NOON - timedelta(days=1))
    await writing.deliver(text.model_copy(update=NOBODYS))
    await writing.deliver(an_opt_out(office, PHONE, sequence=1))
    await writing.deliver(an_opt_out(office, PHONE, sequence=2, is_opted_out=False))
    (waiting,) = (await _listed(scene, chief)).items

    await _file(writing, chief, waiting.id, office)

    assert await writing.told(SetOptOutV1) == []


async def test_what_reaches_a_closed_department_waits_for_administrators_and_they_are_told(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    court = await scene.department("Pretrial South")
    thread = await scene.thread(office, None, state=ConversationState.CLOSED)
    await scene.change(department, office.id, is_closed=True)

    await writing.deliver(a_text(office, thread.number, "Are you there?"))
    await writing.deliver(a_text(office, PHONE, "Hello?"))

    (_, waiting) = (await _listed(scene, chief)).items
    assert waiting.closed_department_name == "Probation North"
    assert (await writing.summary(thread.id)).state == "closed"
    notices = [one for sent in await writing.told(SendNoticesV1) for one in sent.items]
    assert {(one.staff_id, one.kind) for one in notices} == {
        (chief.staff_id, NoticeKind.QUARANTINED)
    }
    assert len({one.id for one in notices}) == 1, "one e-mail a day"
    assert await _filing_refused(writing, chief, waiting.id, office) == "not_found"
    assert (await _file(writing, chief, waiting.id, court)).filed_as is FiledAs.UNKNOWN_SENDER


async def test_no_text_is_left_in_a_department_that_closes_in_this_moment(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    close = CloseDepartment(asker=chief, department_id=office.id)

    closed: Any
    closed, _ = await asyncio.gather(
        writing.order(close),
        writing.deliver(a_text(office, PHONE, "Hello?")),
        return_exceptions=True,
    )

    waiting = (await _listed(scene, chief)).items
    inbox = await writing.rows("select 1 from conversation where state = 'unassigned'")
    if isinstance(closed, Refused):
        assert (closed.code, len(waiting), len(inbox)) == ("still_active", 0, 1)
    else:
        assert (len(waiting), len(inbox)) == (1, 0)


def _picture() -> InboundMedia:
    return InboundMedia(id=new_id(), content_type="image/png", position=0)
