from datetime import timedelta

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import (
    Writing,
    a_key,
    a_text,
    an_opt_out,
)

from clientcomm_contracts.conversations.events import MessageWrittenV1
from clientcomm_contracts.conversations.messages import ResendMessage
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import ConversationState, Lane, MessageState, Role
from clientcomm_conversations.adapters.tables.messages import message as message_table

pytestmark = pytest.mark.integration


async def test_a_text_is_kept_handed_to_sms_and_told(
    writing: Writing, thread: Thread, officer: Asker, office: Place
) -> None:
    message = await writing.send(officer, thread, "Court is at 9:00.")

    assert (message.state, message.segments, message.lane) == (MessageState.QUEUED, 1, Lane.REPLY)
    assert message.staff.full_name == "Dana Reyes"
    (command,) = await writing.told(SendTextsV1)
    (item,) = command.items
    assert (item.message_id, item.position, item.lane) == (message.id, 1, Lane.REPLY)
    assert (item.number_from, item.number_to) == (office.number, thread.number)
    assert item.quiet is None
    (written,) = await writing.told(MessageWrittenV1)
    assert (written.sequence, written.body) == (1, "Court is at 9:00.")
    assert written.staff_name == "Dana Reyes"
    shown = await writing.summary(thread.id)
    assert shown.last_text == "Court is at 9:00."
    assert shown.last_contact_at == NOON


async def test_the_same_key_gives_the_same_answer_and_one_text(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    key = a_key()

    first = await writing.send(officer, thread, repeat_key=key)
    second = await writing.send(officer, thread, repeat_key=key)

    assert second == first
    assert len(await writing.rows("select 1 from message")) == 1
    assert len(await writing.told(SendTextsV1)) == 1


async def test_the_same_key_with_another_body_is_refused(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    await writing.send(officer, thread, "one", repeat_key=a_key("k", "one"))

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread, "two", repeat_key=a_key("k", "two"))

    assert refusal.value.kind == "reused_key"


async def test_texts_take_positions_without_gaps_in_the_order_of_writing(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    for body in ("one", "two", "three"):
        await writing.send(officer, thread, body)

    commands = await writing.told(SendTextsV1)

    assert [(c.items[0].position, c.items[0].body) for c in commands] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]
    assert await writing.sequences(thread.id) == [1, 2, 3]


async def test_an_empty_text_is_refused_beside_its_field(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread, " \n ")

    assert (refusal.value.code, refusal.value.field) == ("message_empty", "body")


async def test_a_colleague_finds_no_such_conversation(
    writing: Writing, scene: Scene, thread: Thread, office: Place
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))

    with pytest.raises(Refused) as refusal:
        await writing.send(colleague, thread)

    assert refusal.value.kind == "not_found"
    assert await writing.rows("select 1 from message") == []


async def test_somebody_gone_finds_nothing_any_more(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    await writing.rows("update staff set is_active = false returning 1")

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread)

    assert refusal.value.kind == "not_found"


async def test_who_covers_for_a_colleague_sends_in_their_own_name(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, office: Place
) -> None:
    cover = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    await writing.rows(
        "insert into coverage (id, staff_id, covered_by, since, until)"
        " values (gen_random_uuid(), :officer, :cover, :since, :until) returning 1",
        officer=officer.staff_id,
        cover=cover.staff_id,
        since=NOON - timedelta(days=1),
        until=NOON + timedelta(days=1),
    )

    message = await writing.send(cover, thread)

    assert message.staff.full_name == "Eli Ford"


async def test_an_auditor_may_look_but_not_send(
    writing: Writing, scene: Scene, thread: Thread, office: Place
) -> None:
    auditor = await scene.staff("Ana Lund", (Role.AUDITOR, office))

    with pytest.raises(Refused) as refusal:
        await writing.send(auditor, thread)

    assert refusal.value.kind == "not_allowed"


async def test_nothing_is_sent_in_a_closed_conversation(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, closed)

    assert refusal.value.code == "conversation_closed"


async def test_a_phone_that_opted_out_is_refused_with_words_until_it_opts_in(
    writing: Writing, thread: Thread, officer: Asker, office: Place
) -> None:
    await writing.deliver(an_opt_out(office, thread.number))

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread)
    assert refusal.value.code == "opted_out"
    assert "START" in refusal.value.sentence

    await writing.deliver(an_opt_out(office, thread.number, is_opted_out=False, sequence=2))
    assert (await writing.send(officer, thread)).state is MessageState.QUEUED


async def test_an_answer_goes_to_the_number_last_texted_from(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, office: Place
) -> None:
    assert thread.client_id is not None
    await scene.number(thread.client_id, "+12125550188")
    await writing.deliver(a_text(office, "+12125550188"))

    message = await writing.send(officer, thread)

    assert message.number_to == "+12125550188"


async def test_another_number_can_be_chosen_but_only_one_of_the_client(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker
) -> None:
    assert thread.client_id is not None
    other = await scene.number(thread.client_id, "+12125550188")
    stranger_id = (await scene.client())[1]

    message = await writing.send(officer, thread, to_number_id=other)
    assert message.number_to == "+12125550188"

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread, to_number_id=stranger_id)
    assert refusal.value.code == "unknown_number"


async def test_after_a_text_from_a_former_number_one_must_choose(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, office: Place
) -> None:
    assert thread.client_id is not None
    await scene.number(thread.client_id, "+12125550188", until=NOON - timedelta(days=5))
    await writing.deliver(a_text(office, "+12125550188"))

    with pytest.raises(Refused) as refusal:
        await writing.send(officer, thread)
    assert refusal.value.code == "choose_number"

    message = await writing.send(officer, thread, to_number_id=thread.number_id)
    assert message.number_to == thread.number


async def test_who_texts_at_night_is_warned_unless_the_client_is_awake(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, office: Place
) -> None:
    """At noon in London it is six in the morning in Chicago, the department's zone (rule 3.9)."""
    question = GetConversation(asker=officer, conversation_id=thread.id)
    shown = (await scene.ask(question)).conversation
    with pytest.raises(Refused, match="quiet_hours") as warned:
        await writing.send(officer, thread, unless_quiet=True)
    failed = (await writing.send(officer, thread)).id
    again = ResendMessage(asker=officer, repeat_key=a_key("again"), message_id=failed)
    await writing.deliver(a_text(office, thread.number))
    scene.clock.at = NOON + timedelta(minutes=10)
    await writing.send(officer, thread, unless_quiet=True)

    assert shown.quiet_until == NOON + timedelta(hours=2)
    assert warned.value.details == {"until": (NOON + timedelta(hours=2)).isoformat()}
    assert (await scene.ask(question)).conversation.quiet_until is None
    scene.clock.at = NOON + timedelta(minutes=11)
    with pytest.raises(Refused, match="quiet_hours"):
        await writing.send(officer, thread, unless_quiet=True)
    await scene.change(message_table, failed, state=MessageState.FAILED)
    with pytest.raises(Refused, match="quiet_hours"):
        await writing.order(again.model_copy(update={"unless_quiet": True}))
    assert (await writing.order(again)).message.resend_of == failed
    auditor = await scene.staff("Aud", (Role.AUDITOR, office))
    looked = GetConversation(asker=auditor, conversation_id=thread.id)
    assert (await scene.ask(looked)).conversation.quiet_until is None
