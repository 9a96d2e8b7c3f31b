from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.numbering import NEW, add_number, current, give_up_number
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing, a_key, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    OccurrenceRefusedV1,
)
from clientcomm_contracts.conversations.numbers import (
    EditNumber,
    ListEarlierTexts,
)
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import ConversationState, Role

pytestmark = pytest.mark.integration


async def test_a_changed_number_closes_the_old_one_and_the_thread_says_so(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    reply = await add_number(
        writing, officer, thread, "(212) 555-0188", replaces=thread.number_id, label="new phone"
    )

    assert current(reply) == {NEW: True}
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

    await add_number(writing, officer, thread, replaces=thread.number_id)

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

    await add_number(writing, officer, thread)

    assert await writing.told(SendNoticesV1) == []


async def test_a_second_number_leaves_the_first_one_primary_unless_said_otherwise(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    second = await add_number(writing, officer, thread)
    assert current(second) == {thread.number: True, NEW: False}
    third = await add_number(writing, officer, thread, "+12125550189", is_primary=True)

    assert current(third) == {thread.number: False, NEW: False, "+12125550189": True}


async def test_another_primary_number_changes_where_texts_go_and_who_is_opted_out(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    added = await add_number(writing, officer, thread)
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

    assert current(reply) == {thread.number: False, NEW: True}
    assert (await writing.summary(thread.id)).is_opted_out
    assert await writing.told(SendNoticesV1) == []


async def test_a_number_given_up_hands_its_rank_on(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await add_number(writing, officer, thread)

    reply = await give_up_number(writing, officer, thread, thread.number_id)

    assert current(reply) == {NEW: True}
    await writing.deliver(a_text(office, thread.number, at=NOON + timedelta(days=1)))
    (received,) = await writing.told(MessageReceivedV1)
    assert (received.aggregate_id, received.from_former_number) == (thread.id, True)


async def test_a_wrong_number_is_closed_what_waits_is_withdrawn_and_nothing_more_goes_there(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    waiting = await writing.send(officer, thread)

    reply = await give_up_number(writing, officer, thread, thread.number_id, is_wrong=True)

    assert current(reply) == {}
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
    await give_up_number(writing, officer, thread, thread.number_id, is_wrong=True)

    await writing.deliver(a_text(office, thread.number, at=NOON + timedelta(days=1)))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id != thread.id
    assert received.client_id is None


async def test_a_client_without_a_number_can_be_texted_again_with_a_new_one(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await give_up_number(writing, officer, thread, thread.number_id, is_wrong=True)

    await add_number(writing, officer, thread)

    assert (await writing.send(officer, thread)).number_to == NEW


async def test_earlier_texts_from_a_new_number_are_offered(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await writing.deliver(a_text(office, NEW, "it is me, Ada"))

    reply = await add_number(writing, officer, thread)

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
        await add_number(writing, officer, thread, **attempts[code])

    assert refusal.value.code == code
    assert await writing.told(ClientChangedV1) == []


async def test_a_colleagues_client_has_no_numbers_for_me(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, colleague)
    auditor = await scene.staff("Al Audit", (Role.AUDITOR, office))

    for asker, kind in ((officer, "not_found"), (auditor, "not_allowed")):
        with pytest.raises(Refused) as added:
            await add_number(writing, asker, thread)
        with pytest.raises(Refused) as given_up:
            await give_up_number(writing, asker, thread, thread.number_id)
        assert (added.value.kind, given_up.value.kind) == (kind, kind)


async def test_the_same_order_again_changes_nothing_more(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    key = a_key()

    first = await add_number(writing, officer, thread, repeat_key=key)
    again = await add_number(writing, officer, thread, repeat_key=key)

    assert first == again
    assert len(await writing.told(MarkerAddedV1)) == 1
