import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.counting import SLOW_MACHINE
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import (
    Writing,
    a_key,
    a_report,
    a_text,
    an_opt_out,
    reported,
)

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import MassMessageProgressedV1, MessageWrittenV1
from clientcomm_contracts.conversations.mass_messages import SendMassMessage, StopMassMessage
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1, WithdrawTextsV1
from clientcomm_contracts.values import Author, ConversationState, Lane, MessageState, Role
from clientcomm_conversations.adapters.bulk_releaser import BulkReleaser

pytestmark = pytest.mark.integration


@pytest.fixture
def releaser(scene: Scene, writing: Writing) -> BulkReleaser:
    return BulkReleaser(scene.database, writing.writers)


async def _rate(writing: Writing, rate: float) -> None:
    await writing.rows("update department set segments_per_second = :r returning 1", r=rate)


async def _send(
    writing: Writing,
    asker: Asker,
    ids: Sequence[UUID],
    body: str = "Closed on Friday.",
    **more: Any,
) -> Any:
    request = SendMassMessage(asker=asker, conversation_ids=tuple(ids), body=body, **more)
    return (await writing.order(request)).mass_message


async def _threads(scene: Scene, office: Place, officer: Asker, count: int) -> list[Thread]:
    return [await scene.thread(office, officer) for _ in range(count)]


async def test_each_recipient_gets_an_ordinary_text_in_their_own_thread(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 100)
    threads = await _threads(scene, office, officer, 3)

    view = await _send(writing, officer, [t.id for t in threads])
    assert (view.recipients, view.states) == (3, {"waiting": 3})
    assert await releaser.release_all() == 3

    written = await writing.told(MessageWrittenV1)
    assert {event.aggregate_id for event in written} == {t.id for t in threads}
    assert {(e.author, e.lane, e.mass_message_id) for e in written} == {
        (Author.MASS, Lane.BULK, view.id)
    }
    (command,) = await writing.told(SendTextsV1)
    assert len(command.items) == 3
    assert {item.quiet.time_zone for item in command.items if item.quiet} == {"America/Chicago"}
    progress = await writing.told(MassMessageProgressedV1)
    assert [(p.sequence, p.written) for p in progress] == [(1, 0), (2, 3)]
    assert await releaser.release_all() == 0


async def test_bulk_is_no_contact(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    (thread,) = await _threads(scene, office, officer, 1)

    await _send(writing, officer, [thread.id])
    await releaser.release_all()

    assert (await writing.summary(thread.id)).last_contact_at is None


async def test_who_is_left_out_is_listed_with_the_reason(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    fine, out = await _threads(scene, office, officer, 2)
    closed = await scene.thread(office, officer, state=ConversationState.CLOSED)
    numberless = await scene.thread(office, officer, primary_number=None)
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    theirs = await scene.thread(office, colleague)
    nobody = new_id()
    await writing.deliver(an_opt_out(office, out.number))

    view = await _send(
        writing,
        officer,
        [fine.id, out.id, closed.id, numberless.id, theirs.id, nobody, fine.id],
    )

    assert view.recipients == 1
    assert [(s.conversation_id, s.code) for s in view.skipped] == [
        (out.id, "opted_out"),
        (closed.id, "closed"),
        (numberless.id, "no_number"),
        (theirs.id, "not_yours"),
        (nobody, "not_yours"),
        (fine.id, "duplicate"),
    ]


async def test_a_preview_sends_and_keeps_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    threads = await _threads(scene, office, officer, 2)

    view = await _send(writing, officer, [t.id for t in threads], is_preview=True)

    assert (view.recipients, view.segments) == (2, 1)
    assert view.ends_at == NOON + timedelta(seconds=2)
    assert await writing.rows("select 1 from mass_message") == []
    assert await releaser.release_all() == 0


async def test_a_key_that_comes_twice_sends_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = await _threads(scene, office, officer, 2)
    key = a_key()

    first = await _send(writing, officer, [t.id for t in threads], repeat_key=key)
    second = await _send(writing, officer, [t.id for t in threads], repeat_key=key)

    assert first == second
    assert len(await writing.rows("select 1 from mass_message")) == 1


async def test_nobody_to_text_is_refused(writing: Writing, officer: Asker, office: Place) -> None:
    with pytest.raises(Refused) as refusal:
        await _send(writing, officer, [new_id()])

    assert refusal.value.code == "nobody_to_text"


async def test_clients_of_two_departments_cannot_get_one_mass_message(
    writing: Writing, scene: Scene, office: Place
) -> None:
    south = await scene.department("Pretrial South")
    boss = await scene.staff("Sue", (Role.SUPERVISOR, None))
    threads = [await scene.thread(place, boss) for place in (office, south)]

    with pytest.raises(Refused) as refusal:
        await _send(writing, boss, [t.id for t in threads])

    assert refusal.value.code == "several_departments"


async def test_a_slice_holds_no_more_than_the_number_sends_in_a_minute(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 0.05)  # three segments a minute
    threads = await _threads(scene, office, officer, 5)
    await _send(writing, officer, [t.id for t in threads])

    assert await releaser.release_all() == 3
    assert await releaser.release_all() == 0

    by_id = {thread.id: thread for thread in threads}
    first = (await writing.told(MessageWrittenV1))[0]
    report = a_report(first.message_id, by_id[first.aggregate_id], MessageState.SENT, 1)
    await writing.deliver(reported(report))
    assert await releaser.release_all() == 1


async def test_a_text_longer_than_a_minutes_slice_goes_out_one_at_a_time(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 0.01)
    threads = await _threads(scene, office, officer, 2)
    await _send(writing, officer, [t.id for t in threads])

    assert await releaser.release_all() == 1


async def test_opt_out_and_closing_are_looked_at_when_each_is_sent(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    fine, out, closed = await _threads(scene, office, officer, 3)
    view = await _send(writing, officer, [fine.id, out.id, closed.id])
    await writing.deliver(an_opt_out(office, out.number))
    await writing.rows(
        "update conversation set state = 'closed' where id = :id returning 1", id=closed.id
    )

    await releaser.release_all()

    rows = await writing.rows(
        "select conversation_id, skipped_code from mass_recipient order by position"
    )
    assert [tuple(row) for row in rows] == [
        (fine.id, None),
        (out.id, "opted_out"),
        (closed.id, "closed"),
    ]
    last = (await writing.told(MassMessageProgressedV1))[-1]
    assert (last.aggregate_id, last.written, last.skipped) == (view.id, 1, 2)


async def test_two_recipients_that_were_merged_get_one_text(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    survivor, absorbed = await _threads(scene, office, officer, 2)
    await _send(writing, officer, [survivor.id, absorbed.id])
    await writing.rows(
        "update conversation set merged_into = :into where id = :id returning 1",
        into=survivor.id,
        id=absorbed.id,
    )

    await releaser.release_all()

    assert len(await writing.told(MessageWrittenV1)) == 1


async def test_stopping_releases_no_more_and_withdraws_what_waits(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 0.05)
    threads = await _threads(scene, office, officer, 5)
    view = await _send(writing, officer, [t.id for t in threads])
    await releaser.release_all()
    written = await writing.told(MessageWrittenV1)
    by_id = {thread.id: thread for thread in threads}
    sent = a_report(written[0].message_id, by_id[written[0].aggregate_id], MessageState.SENT, 1)
    await writing.deliver(reported(sent))

    stopped = (
        await writing.order(StopMassMessage(asker=officer, mass_message_id=view.id))
    ).mass_message
    await writing.order(StopMassMessage(asker=officer, mass_message_id=view.id))

    assert stopped.is_stopped
    assert await releaser.release_all() == 0
    (withdraw,) = await writing.told(WithdrawTextsV1)
    assert set(withdraw.message_ids) == {event.message_id for event in written[1:]}


async def test_only_the_author_and_supervisors_can_stop_it(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = await _threads(scene, office, officer, 1)
    view = await _send(writing, officer, [t.id for t in threads])
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    auditor = await scene.staff("Ana Lund", (Role.AUDITOR, office))
    supervisor = await scene.staff("Sue", (Role.SUPERVISOR, office))

    kinds = {}
    for name, asker in (("colleague", colleague), ("auditor", auditor)):
        with pytest.raises(Refused) as refusal:
            await writing.order(StopMassMessage(asker=asker, mass_message_id=view.id))
        kinds[name] = refusal.value.kind
    reply = await writing.order(StopMassMessage(asker=supervisor, mass_message_id=view.id))

    assert kinds == {"colleague": "not_found", "auditor": "not_allowed"}
    assert reply.mass_message.is_stopped


async def test_a_reply_takes_its_own_positions_beside_bulk(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    (thread,) = await _threads(scene, office, officer, 1)
    await _send(writing, officer, [thread.id])
    await releaser.release_all()

    message = await writing.send(officer, thread)

    assert message.lane is Lane.REPLY
    rows = await writing.rows("select lane, position from message order by lane")
    assert [tuple(row) for row in rows] == [("bulk", 1), ("reply", 1)]


async def test_two_releasers_at_once_write_each_text_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    await _rate(writing, 100)
    threads = await _threads(scene, office, officer, 20)
    await _send(writing, officer, [t.id for t in threads])
    releasers = [BulkReleaser(scene.database, writing.writers) for _ in range(3)]

    totals = await asyncio.gather(*(releaser.release_all() for releaser in releasers))

    assert sum(totals) == 20
    assert len(await writing.told(MessageWrittenV1)) == 20


async def test_five_thousand_recipients_are_frozen_within_a_second_and_written_in_slices(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 1000)
    ids = await _many(writing, office, officer, 5000)

    began = time.perf_counter()
    view = await _send(writing, officer, ids)
    frozen_in = time.perf_counter() - began
    began = time.perf_counter()
    released = await releaser.release_all()
    released_in = time.perf_counter() - began

    assert (view.recipients, released) == (5000, 5000)
    assert frozen_in < SLOW_MACHINE
    assert released_in < 10 * SLOW_MACHINE
    commands = await writing.told(SendTextsV1)
    assert max(len(command.items) for command in commands) == 100
    assert sum(len(command.items) for command in commands) == 5000


async def test_a_text_comes_in_while_bulk_is_released(
    writing: Writing, scene: Scene, office: Place, officer: Asker, releaser: BulkReleaser
) -> None:
    await _rate(writing, 100)
    threads = await _threads(scene, office, officer, 10)
    await _send(writing, officer, [t.id for t in threads])

    await asyncio.gather(
        releaser.release_all(),
        *(writing.deliver(a_text(office, thread.number)) for thread in reversed(threads)),
    )

    for thread in threads:
        assert await writing.sequences(thread.id) == [1, 2]


async def _many(writing: Writing, office: Place, officer: Asker, count: int) -> list[UUID]:
    await writing.rows(
        """
        with made as (
          insert into client (id, last_name, added_in_department_id, created_at)
          select gen_random_uuid(), 'Client ' || n, :office, now()
            from generate_series(1, :count) n
          returning id, last_name
        ), numbered as (
          insert into client_number (id, client_id, value, since, is_primary)
          select gen_random_uuid(), id, '+1312555' || lpad(substr(last_name, 8), 4, '0'), now(),
                 true
            from made
        ), talking as (
          insert into conversation (id, department_id, client_id, assigned_to, state, opened_at)
          select gen_random_uuid(), :office, id, :officer, 'open', now() from made
          returning id, client_id
        )
        insert into conversation_summary (conversation_id, department_id, client_id, assigned_to,
                                          state, primary_number)
        select id, :office, client_id, :officer, 'open', '+13125550000' from talking returning 1
        """,
        office=office.id,
        officer=officer.staff_id,
        count=count,
    )
    rows = await writing.rows("select id from conversation order by id")
    return [row.id for row in rows]
