"""One number, several clients: never in two threads, and shared only if somebody says so (2.6)."""

import asyncio
from datetime import timedelta

import pytest
from services.conversations.tests.numbering import NEW, add_number, current, give_up_number
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.conversations.clients import AddClient, Resolve
from clientcomm_contracts.conversations.events import (
    MessageReceivedV1,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker

pytestmark = pytest.mark.integration


async def test_a_number_that_others_have_is_taken_only_as_a_shared_phone(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, officer)
    other = await scene.thread(office, colleague, first_name="Bo", last_name="Lane")

    with pytest.raises(Refused) as refusal:
        await add_number(writing, officer, thread, other.number)
    reply = await add_number(writing, officer, thread, other.number, is_shared=True)

    assert refusal.value.code == "number_shared"
    assert refusal.value.details["clients"] == [
        {"id": str(other.client_id), "first_name": "Bo", "last_name": "Lane"}
    ]
    assert other.number in current(reply)


async def test_one_number_shared_by_three_clients_goes_to_whom_the_department_texted_last(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    threads = [await scene.thread(office, officer, first_name=name) for name in ("A", "B", "C")]
    for thread in threads:
        await add_number(writing, officer, thread, is_shared=True, is_primary=True)
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
        await give_up_number(writing, officer, giver, held.id)
        await add_number(writing, officer, taker, one.number)
        at += timedelta(days=1)
        scene.clock.at = at
        await writing.deliver(a_text(office, one.number, at=at))
        expected.append(taker.id)

    received = [event.aggregate_id for event in await writing.told(MessageReceivedV1)]
    assert received == expected
    rows = await writing.rows("select count(*) as n from message group by inbound_id")
    assert [row.n for row in rows] == [1, 1]


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
        add_number(writing, officer, thread),
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
