import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import AddClient, Resolve
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    OccurrenceRefusedV1,
)
from clientcomm_contracts.conversations.numbers import (
    AddNumber,
    EditNumber,
    GiveUpNumber,
    ListEarlierTexts,
    NumbersReply,
)
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import ConversationState, Direction, MessageState, Role

pytestmark = pytest.mark.integration

NEW = "+12125550188"


async def _add(
    writing: Writing, asker: Asker, thread: Thread, phone: str = NEW, **more: Any
) -> NumbersReply:
    assert thread.client_id is not None
    reply: NumbersReply = await writing.order(
        AddNumber(asker=asker, client_id=thread.client_id, phone=phone, **more)
    )
    return reply


async def _give_up(
    writing: Writing, asker: Asker, thread: Thread, number_id: Any, **more: Any
) -> NumbersReply:
    assert thread.client_id is not None
    reply: NumbersReply = await writing.order(
        GiveUpNumber(asker=asker, client_id=thread.client_id, number_id=number_id, **more)
    )
    return reply


def _current(reply: NumbersReply) -> dict[str, bool]:
    return {n.value: n.is_primary for n in reply.client.numbers if n.until is None}


async def test_a_changed_number_closes_the_old_one_and_the_thread_says_so(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    reply = await _add(
        writing, officer, thread, "(212) 555-0188", replaces=thread.number_id, label="new phone"
    )

    assert _current(reply) == {NEW: True}
    old = next(n for n in reply.client.numbers if n.value == thread.number)
    assert old.until == NOON
    (marker,) = await writing.told(MarkerAddedV1)
    assert marker.by_staff_name == "Dana Reyes"
    assert marker.details == {"old_number": thread.number, "new_number": NEW}
    (client,) = await writing.told(ClientChangedV1)
    assert [n.label for n in client.numbers if n.until is None] == ["new phone"]
    shown = await writing.summary(thread.id)
    assert shown.primary_number == NEW
    await writing.deliver(a_text(office, NEW))
    assert (await writing.told(MessageReceivedV1))[0].aggregate_id == thread.id


async def test_every_other_case_manager_of_the_client_is_told_by_e_mail(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    court = await scene.department("Pretrial South")
    elsewhere = await scene.staff("Ana Court", (Role.CASE_MANAGER, court))
    thread = await scene.thread(office, officer)
    theirs = await scene.thread(court, elsewhere, client_id=thread.client_id)

    await _add(writing, officer, thread, replaces=thread.number_id)

    (mail,) = await writing.told(SendNoticesV1)
    (notice,) = mail.items
    assert (notice.staff_id, notice.conversation_id) == (elsewhere.staff_id, theirs.id)
    assert notice.details == {"by": "Dana Reyes", "client": "Ada Q."}
    markers = {marker.aggregate_id for marker in await writing.told(MarkerAddedV1)}
    assert markers == {thread.id, theirs.id}


async def test_scenario_05_who_had_the_client_until_it_was_closed_is_told_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    court = await scene.department("Pretrial South")
    before = await scene.staff("Ana Court", (Role.CASE_MANAGER, court))
    thread = await scene.thread(office, officer)
    await scene.thread(court, before, client_id=thread.client_id, state=ConversationState.CLOSED)

    await _add(writing, officer, thread)

    assert await writing.told(SendNoticesV1) == []


async def test_a_second_number_leaves_the_first_one_primary_unless_said_otherwise(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    second = await _add(writing, officer, thread)
    assert _current(second) == {thread.number: True, NEW: False}
    third = await _add(writing, officer, thread, "+12125550189", is_primary=True)

    assert _current(third) == {thread.number: False, NEW: False, "+12125550189": True}


async def test_another_primary_number_changes_where_texts_go_and_who_is_opted_out(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    added = await _add(writing, officer, thread)
    await writing.deliver(an_opt_out(office, NEW))
    number_id = next(n.id for n in added.client.numbers if n.value == NEW)

    reply = await writing.order(
        EditNumber(
            asker=officer,
            client_id=thread.client_id,
            number_id=number_id,
            label="work",
            make_primary=True,
        )
    )

    assert _current(reply) == {thread.number: False, NEW: True}
    assert (await writing.summary(thread.id)).is_opted_out
    assert await writing.told(SendNoticesV1) == []


async def test_a_number_given_up_hands_its_rank_on(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await _add(writing, officer, thread)

    reply = await _give_up(writing, officer, thread, thread.number_id)

    assert _current(reply) == {NEW: True}
    await writing.deliver(a_text(office, thread.number, at=NOON + timedelta(days=1)))
    (received,) = await writing.told(MessageReceivedV1)
    assert (received.aggregate_id, received.from_former_number) == (thread.id, True)


async def test_a_wrong_number_is_closed_what_waits_is_withdrawn_and_nothing_more_goes_there(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    waiting = await writing.send(officer, thread)

    reply = await _give_up(writing, officer, thread, thread.number_id, is_wrong=True)

    assert _current(reply) == {}
    assert [n.is_wrong for n in reply.client.numbers] == [True]
    (withdrawn,) = await writing.told(WithdrawTextsV1)
    assert withdrawn.message_ids == (waiting.id,)
    assert (await writing.summary(thread.id)).primary_number is None
    found = await scene.ask(GetConversation(asker=officer, conversation_id=thread.id))
    assert not found.conversation.may_send
    assert "no number that works" in found.conversation.cannot_send_because
    due = DueOccurrence(
        occurrence_id=new_id(),
        conversation_id=thread.id,
        staff_id=officer.staff_id,
        body="Court is on Monday.",
        due_at=NOON,
    )
    await writing.deliver(SendOccurrencesV1(items=(due,)))
    (refused,) = await writing.told(OccurrenceRefusedV1)
    assert refused.code == "no_number"


async def test_a_text_from_a_wrong_number_is_a_strangers(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await _give_up(writing, officer, thread, thread.number_id, is_wrong=True)

    await writing.deliver(a_text(office, thread.number, at=NOON + timedelta(days=1)))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id != thread.id
    assert received.client_id is None


async def test_a_client_without_a_number_can_be_texted_again_with_a_new_one(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await _give_up(writing, officer, thread, thread.number_id, is_wrong=True)

    await _add(writing, officer, thread)

    assert (await writing.send(officer, thread)).number_to == NEW


async def test_a_number_that_others_have_is_taken_only_as_a_shared_phone(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, officer)
    other = await scene.thread(office, colleague, first_name="Bo", last_name="Lane")

    with pytest.raises(Refused) as refusal:
        await _add(writing, officer, thread, other.number)
    reply = await _add(writing, officer, thread, other.number, is_shared=True)

    assert refusal.value.code == "number_shared"
    assert refusal.value.details["clients"] == [
        {"id": str(other.client_id), "first_name": "Bo", "last_name": "Lane"}
    ]
    assert other.number in _current(reply)


async def test_one_number_shared_by_three_clients_goes_to_whom_the_department_texted_last(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = [await scene.thread(office, officer, first_name=name) for name in ("A", "B", "C")]
    for thread in threads:
        await _add(writing, officer, thread, is_shared=True, is_primary=True)
    await writing.deliver(a_text(office, NEW, "who knows?"))
    for thread in (threads[2], threads[0], threads[1]):
        scene.clock.at += timedelta(minutes=1)
        await writing.send(officer, thread)

    await writing.deliver(a_text(office, NEW, "yes", at=scene.clock.at))

    first, second = await writing.told(MessageReceivedV1)
    assert first.client_id is None
    assert second.aggregate_id == threads[1].id


async def test_a_number_that_moves_to_another_client_and_back_is_never_in_two_threads(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    one, other = await scene.thread(office, officer), await scene.thread(office, officer)
    at = NOON
    expected = []
    for taker, giver in ((other, one), (one, other)):
        held = await writing.row(
            "select id from client_number where client_id = :c and value = :v and until is null",
            c=giver.client_id,
            v=one.number,
        )
        await _give_up(writing, officer, giver, held.id)
        await _add(writing, officer, taker, one.number)
        at += timedelta(days=1)
        scene.clock.at = at
        await writing.deliver(a_text(office, one.number, at=at))
        expected.append(taker.id)

    received = [event.aggregate_id for event in await writing.told(MessageReceivedV1)]
    assert received == expected
    rows = await writing.rows("select count(*) as n from message group by inbound_id")
    assert [row.n for row in rows] == [1, 1]


async def test_earlier_texts_from_a_new_number_are_offered(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await writing.deliver(a_text(office, NEW, "it is me, Ada"))

    reply = await _add(writing, officer, thread)

    (offered,) = reply.earlier_texts
    assert (offered.sender, offered.texts, offered.last_at) == (NEW, 1, NOON)
    again = await scene.ask(ListEarlierTexts(asker=officer, client_id=thread.client_id))
    assert again.items == reply.earlier_texts


@pytest.mark.parametrize(
    "code", ["number_known", "number_short", "not_a_current_number", "number_of_department"]
)
async def test_what_cannot_be_is_refused_by_name(
    writing: Writing, scene: Scene, office: Place, officer: Asker, code: str
) -> None:
    thread = await scene.thread(office, officer)
    attempts: dict[str, dict[str, Any]] = {
        "number_known": {"phone": thread.number},
        "number_short": {"phone": "555"},
        "not_a_current_number": {"replaces": new_id()},
        "number_of_department": {"phone": office.number},
    }

    with pytest.raises(Refused) as refusal:
        await _add(writing, officer, thread, **attempts[code])

    assert refusal.value.code == code
    assert await writing.told(ClientChangedV1) == []


async def test_a_colleagues_client_has_no_numbers_for_me(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, colleague)
    auditor = await scene.staff("Al Audit", (Role.AUDITOR, office))

    for asker, kind in ((officer, "not_found"), (auditor, "not_allowed")):
        with pytest.raises(Refused) as added:
            await _add(writing, asker, thread)
        with pytest.raises(Refused) as given_up:
            await _give_up(writing, asker, thread, thread.number_id)
        assert (added.value.kind, given_up.value.kind) == (kind, kind)


async def test_the_same_order_again_changes_nothing_more(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    key = a_key()

    first = await _add(writing, officer, thread, repeat_key=key)
    again = await _add(writing, officer, thread, repeat_key=key)

    assert first == again
    assert len(await writing.told(MarkerAddedV1)) == 1


async def test_two_case_managers_adding_the_same_number_at_once_one_wins(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    answers = await asyncio.gather(
        *(
            writing.order(AddClient(asker=asker, first_name="Mia", last_name="Stone", phone=NEW))
            for asker in (officer, colleague)
        ),
        return_exceptions=True,
    )

    refused = [a for a in answers if isinstance(a, Refused)]
    assert [r.code for r in refused] == ["assigned_to_colleague"]
    assert len(await writing.rows("select 1 from client")) == 1


async def test_a_client_and_a_number_added_at_once_do_not_share_a_phone_by_accident(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, officer)

    answers = await asyncio.gather(
        _add(writing, officer, thread),
        writing.order(AddClient(asker=colleague, first_name="Mia", last_name="Stone", phone=NEW)),
        return_exceptions=True,
    )

    refused = [a.code for a in answers if isinstance(a, Refused)]
    assert refused in (["number_shared"], ["assigned_to_colleague"])
    shared = await writing.order(
        AddClient(
            asker=colleague,
            first_name="Lu",
            last_name="Stone",
            phone=NEW,
            resolve=Resolve.SHARED_PHONE,
        )
    )
    rows = await writing.rows(
        "select client_id from client_number where value = :v and until is null", v=NEW
    )
    assert shared.client_id in {row.client_id for row in rows}
    assert len(rows) == 2


async def test_a_number_that_its_country_gives_to_landlines_gets_a_warning(
    scene: Scene, writing: Writing, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    mobile = await _add(writing, officer, thread, phone="+447400123456")
    landline = await _add(writing, officer, thread, phone="+44 20 8366 1177")

    assert not mobile.is_landline
    assert landline.is_landline
    (number,) = [one for one in landline.client.numbers if one.value == "+442083661177"]
    assert landline.client.landlines == (number.id,)
    await _give_up(writing, officer, thread, number_id=number.id)
    shown = await scene.ask(GetConversation(asker=officer, conversation_id=thread.id))
    assert shown.conversation.client.landlines == ()


async def test_a_number_that_the_carrier_called_a_landline_is_known_as_one_for_whoever_has_it(
    scene: Scene, writing: Writing, office: Place, officer: Asker
) -> None:
    thread, other = await scene.thread(office, officer), await scene.thread(office, officer)
    sent: dict[str, Any] = {
        "direction": Direction.OUTBOUND, "state": MessageState.UNDELIVERED.value,
    }  # fmt: skip
    await scene.message(other, "Too long", NOON, **sent, error_code="30007")
    await scene.message(thread, "Court is at 9.", NOON, **sent, error_code="30006")

    shown = [
        (await scene.ask(GetConversation(asker=officer, conversation_id=one.id))).conversation
        for one in (thread, other)
    ]
    added = await _add(writing, officer, other, phone=thread.number, is_shared=True)

    assert [one.client.landlines for one in shown] == [(thread.number_id,), ()]
    assert added.is_landline
