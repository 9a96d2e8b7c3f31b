from datetime import timedelta

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import NOBODYS, Writing, a_text, an_opt_out

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import (
    AttachmentStoredV1,
    ConversationChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    OptOutChangedV1,
)
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import (
    CallReceivedV1,
    InboundMedia,
    MediaStoredV1,
    SendTextsV1,
    SetOptOutV1,
)
from clientcomm_contracts.values import ConversationState, Direction, MarkerKind, Role, TextTag

pytestmark = pytest.mark.integration


STRANGER = "+12125550177"


async def test_a_clients_text_is_filed_unread_in_their_thread(
    writing: Writing, thread: Thread, office: Place, officer: Asker
) -> None:
    await writing.deliver(a_text(office, thread.number, "I will be late"))

    (received,) = await writing.told(MessageReceivedV1)
    assert (received.aggregate_id, received.assigned_to) == (thread.id, officer.staff_id)
    assert received.body == "I will be late"
    shown = await writing.summary(thread.id)
    assert (shown.unread_count, shown.is_unread) == (1, True)
    assert (shown.last_text, shown.last_text_direction) == ("I will be late", "inbound")
    assert await writing.told(SendTextsV1) == []


async def test_a_text_that_comes_twice_is_stored_once(
    writing: Writing, thread: Thread, office: Place
) -> None:
    text = a_text(office, thread.number)

    await writing.deliver(text, text)
    await writing.deliver(text)

    assert len(await writing.rows("select 1 from message")) == 1
    assert (await writing.summary(thread.id)).unread_count == 1


async def test_a_text_replayed_under_another_event_id_is_stored_once(
    writing: Writing, thread: Thread, office: Place
) -> None:
    text = a_text(office, thread.number)
    await writing.deliver(text)

    await writing.deliver(text.model_copy(update={"sequence": 2}))

    assert len(await writing.rows("select 1 from message")) == 1


@pytest.mark.parametrize("tag", [TextTag.STOP, None])
async def test_a_text_to_a_number_that_sms_had_not_heard_of_yet_is_filed_and_its_stop_holds(
    writing: Writing, thread: Thread, office: Place, tag: TextTag | None
) -> None:
    text = a_text(office, thread.number, tag=tag)

    await writing.deliver(text.model_copy(update={"department_id": None}))

    assert (await writing.row("select conversation_id from message")).conversation_id == thread.id
    orders = [(o.number, o.is_opted_out, o.by_staff_id) for o in await writing.told(SetOptOutV1)]
    assert orders == ([(thread.number, True, None)] if tag else [])
    assert await writing.rows("select 1 from quarantined_text") == []


async def test_a_closed_conversation_opens_and_returns_to_who_had_it(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)

    await writing.deliver(a_text(office, closed.number))

    row = await writing.row("select * from conversation where id = :id", id=closed.id)
    assert (row.state, row.assigned_to) == ("open", officer.staff_id)
    kinds = [type(fact) for fact in await writing.facts_of(closed.id)]
    assert kinds == [ConversationChangedV1, MarkerAddedV1, MessageReceivedV1]
    assert (await writing.row("select kind from marker")).kind == MarkerKind.OPENED
    history = await writing.row("select * from assignment where until is null")
    assert history.staff_id == officer.staff_id


async def test_scenario_27_a_closed_conversation_of_somebody_gone_goes_to_the_inbox(
    writing: Writing, scene: Scene, office: Place
) -> None:
    gone = await scene.staff("Ed Old", (Role.CASE_MANAGER, office), is_active=False)
    closed = await scene.thread(office, gone, state=ConversationState.CLOSED)

    await writing.deliver(a_text(office, closed.number))

    row = await writing.row("select * from conversation where id = :id", id=closed.id)
    assert (row.state, row.assigned_to) == ("unassigned", None)
    assert row.last_assigned_to == gone.staff_id
    assert (await writing.summary(closed.id)).state == "unassigned"


async def test_a_shared_phones_text_goes_to_the_client_texted_last(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    other = await scene.thread(office, officer, first_name="Bo")
    assert other.client_id is not None
    await scene.number(other.client_id, thread.number)
    await writing.send(officer, thread)
    scene.clock.at += timedelta(minutes=1)
    await writing.send(officer, other)

    await writing.deliver(a_text(office, thread.number, at=scene.clock.at))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id == other.id


async def test_a_shared_phones_text_that_reaches_us_late_goes_to_who_was_texted_before_it(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    other = await scene.thread(office, officer, first_name="Bo")
    assert other.client_id is not None
    await scene.number(other.client_id, thread.number)
    await writing.send(officer, thread)
    late = scene.clock.at + timedelta(minutes=1)
    scene.clock.at += timedelta(minutes=2)
    await writing.send(officer, other)
    in_time = scene.clock.at + timedelta(minutes=1)

    await writing.deliver(
        a_text(office, thread.number, at=in_time), a_text(office, thread.number, at=late)
    )

    received = {
        fact.received_at: fact.aggregate_id for fact in await writing.told(MessageReceivedV1)
    }
    assert received == {late: thread.id, in_time: other.id}


@pytest.mark.parametrize(
    "state", ["held", "failed", "undelivered", "blocked", "missed", "canceled"]
)
async def test_of_a_shared_phone_a_text_that_did_not_reach_it_does_not_count(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread, state: str
) -> None:
    other = await scene.thread(office, officer, first_name="Bo")
    assert other.client_id is not None
    await scene.number(other.client_id, thread.number)
    two, one = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    await scene.message(thread, "delivered", two, direction=Direction.OUTBOUND)
    await scene.message(other, "later", one, direction=Direction.OUTBOUND, state=state)

    await writing.deliver(a_text(office, thread.number))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id == thread.id


async def test_a_shared_phone_that_was_never_texted_goes_to_the_inbox(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    other = await scene.thread(office, officer, first_name="Bo")
    assert other.client_id is not None
    await scene.number(other.client_id, thread.number)

    await writing.deliver(a_text(office, thread.number))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id not in {thread.id, other.id}
    assert received.client_id is None


async def test_a_number_given_up_lately_still_finds_its_client(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    assert thread.client_id is not None
    await scene.number(thread.client_id, STRANGER, until=NOON - timedelta(days=89))

    await writing.deliver(a_text(office, STRANGER))

    (received,) = await writing.told(MessageReceivedV1)
    assert (received.aggregate_id, received.from_former_number) == (thread.id, True)


async def test_a_number_given_up_long_ago_is_a_strangers(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    assert thread.client_id is not None
    await scene.number(thread.client_id, STRANGER, until=NOON - timedelta(days=91))

    await writing.deliver(a_text(office, STRANGER))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.client_id is None


async def test_another_departments_client_is_a_stranger_here(
    writing: Writing, scene: Scene, thread: Thread
) -> None:
    elsewhere = await scene.department("Pretrial South")

    await writing.deliver(a_text(elsewhere, thread.number))

    (received,) = await writing.told(MessageReceivedV1)
    assert (received.department_id, received.client_id) == (elsewhere.id, None)


async def test_a_text_to_a_number_of_nobody_is_kept_in_quarantine(
    writing: Writing, office: Place
) -> None:
    text = a_text(office, STRANGER).model_copy(update=NOBODYS)

    await writing.deliver(text)

    row = await writing.row("select inbound_id, body from quarantined_text")
    assert (row.inbound_id, row.body) == (text.aggregate_id, "hello")
    assert await writing.rows("select 1 from conversation") == []


async def test_a_body_that_no_database_takes_is_kept_without_what_it_cannot_keep(
    writing: Writing, thread: Thread, office: Place
) -> None:
    await writing.deliver(a_text(office, thread.number, "a\x00b 🎉 \u2028"))

    assert (await writing.row("select body from message")).body == "ab 🎉 \u2028"


async def test_a_suspected_refusal_waits_for_a_person(
    writing: Writing, thread: Thread, office: Place
) -> None:
    await writing.deliver(
        a_text(office, thread.number, "please stop", tag=TextTag.SUSPECTED_REFUSAL)
    )

    row = await writing.row("select * from opt_out")
    message = await writing.row("select id, tag from message")
    assert (row.is_opted_out, row.suspected_message_id) == (False, message.id)
    assert message.tag == "suspected_refusal"
    assert (await writing.row("select what from opt_out_ledger")).what == "refusal_suspected"


async def test_an_opt_out_shows_on_every_client_of_the_number(
    writing: Writing, scene: Scene, office: Place, officer: Asker, thread: Thread
) -> None:
    other = await scene.thread(office, officer, first_name="Bo")
    assert other.client_id is not None
    await writing.rows(
        "update client_number set value = :value where client_id = :id returning 1",
        value=thread.number,
        id=other.client_id,
    )

    await writing.deliver(an_opt_out(office, thread.number))

    changes = await writing.told(OptOutChangedV1)
    assert {change.aggregate_id for change in changes} == {thread.id, other.id}
    assert (await writing.summary(thread.id)).is_opted_out
    assert (await writing.summary(other.id)).is_opted_out
    assert len(await writing.rows("select 1 from marker where kind = 'opted_out'")) == 2
    assert len(await writing.rows("select 1 from opt_out_ledger")) == 1


async def test_older_news_of_an_opt_out_changes_nothing_but_is_in_the_ledger(
    writing: Writing, office: Place, thread: Thread
) -> None:
    await writing.deliver(an_opt_out(office, thread.number, is_opted_out=False, sequence=2))
    await writing.deliver(an_opt_out(office, thread.number, is_opted_out=True, sequence=1))

    assert not (await writing.row("select is_opted_out from opt_out")).is_opted_out
    assert not (await writing.summary(thread.id)).is_opted_out
    assert len(await writing.rows("select 1 from opt_out_ledger")) == 2


async def test_an_opt_out_before_the_first_text_shows_on_the_new_thread(
    writing: Writing, office: Place
) -> None:
    await writing.deliver(an_opt_out(office, STRANGER))

    await writing.deliver(a_text(office, STRANGER, "stop", tag=TextTag.STOP, is_opted_out=True))

    assert (await writing.row("select is_opted_out from conversation_summary")).is_opted_out


@pytest.mark.parametrize("is_first", [True, False])
async def test_an_attachment_reaches_the_thread_whether_its_bytes_come_first_or_last(
    writing: Writing, thread: Thread, office: Place, is_first: bool
) -> None:
    media = InboundMedia(id=new_id(), content_type="image/jpeg", position=0)
    text = a_text(office, thread.number, "", media=(media,))
    stored = MediaStoredV1(
        aggregate_id=text.aggregate_id,
        sequence=1,
        occurred_at=NOON,
        media_id=media.id,
        content_type="image/png",
        size_bytes=123,
        object_key="ab/cd",
    )

    for event in (stored, text) if is_first else (text, stored):
        await writing.deliver(event)

    row = await writing.row("select * from attachment")
    message = await writing.row("select id from message")
    assert (row.message_id, row.object_key) == (message.id, "ab/cd")
    (received,) = await writing.told(MessageReceivedV1)
    later = await writing.told(AttachmentStoredV1)
    shown = received.attachments[0] if is_first else later[0].attachment
    assert shown.object_key == "ab/cd"
    assert len(later) == (0 if is_first else 1)


async def test_a_call_leaves_a_marker_in_the_callers_thread(
    writing: Writing, thread: Thread, office: Place
) -> None:
    def call(number: str) -> CallReceivedV1:
        return CallReceivedV1(
            aggregate_id=new_id(),
            sequence=1,
            occurred_at=NOON,
            department_id=office.id,
            number_from=number,
            number_to=office.number,
            rang="desk_phone",
        )

    await writing.deliver(call(thread.number), call(STRANGER))

    (marker,) = await writing.told(MarkerAddedV1)
    assert (marker.aggregate_id, marker.kind) == (thread.id, MarkerKind.CALL_RECEIVED)


async def test_what_was_read_stays_before_what_arrives_late(
    writing: Writing, scene: Scene, thread: Thread, office: Place
) -> None:
    await writing.rows(
        "update conversation set read_up_to = :at where id = :id returning 1",
        at=NOON + timedelta(minutes=5),
        id=thread.id,
    )
    scene.clock.at = NOON + timedelta(minutes=10)

    await writing.deliver(a_text(office, thread.number, at=NOON))

    row = await writing.row("select at, received_at from message")
    assert (row.at, row.received_at) == (NOON + timedelta(minutes=10), NOON)


async def test_directions_do_not_mix(
    writing: Writing, thread: Thread, office: Place, officer: Asker
) -> None:
    await writing.send(officer, thread)
    await writing.deliver(a_text(office, thread.number))

    rows = await writing.rows("select direction, position from message order by direction")
    assert [tuple(row) for row in rows] == [(Direction.INBOUND, None), (Direction.OUTBOUND, 1)]
