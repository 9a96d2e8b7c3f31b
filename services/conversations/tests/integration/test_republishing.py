from typing import Any

import orjson
import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_report, a_text, reported

from clientcomm_contracts.contract import contract_named
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import MessageState
from clientcomm_conversations.adapters.republishing import JOURNAL, republish

pytestmark = pytest.mark.integration


async def _told(writing: Writing, where: str) -> list[tuple[Any, ...]]:
    rows = await writing.rows(
        f"select event_id, name, body from outbox where {where} order by position"
    )
    return [(row.event_id, row.name, orjson.loads(row.body)) for row in rows]


async def test_all_that_was_told_goes_to_the_journal_again_in_its_order(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    message = await writing.send(officer, thread, 'Court at "9" 🎉')
    await writing.deliver(a_text(office, thread.number, "ok"), a_text(office, "+12125550177"))
    await writing.deliver(reported(a_report(message.id, thread, MessageState.DELIVERED, 1)))
    before = await _told(writing, "exchange = 'events.v1'")
    await writing.rows("delete from outbox returning 1")

    total = await republish(scene.database)

    again = await _told(writing, f"routing_key = '{JOURNAL}'")
    assert total == len(before) == 6
    assert again == before
    for _, name, body in again:
        contract_named(name).read(orjson.dumps(body))
    assert await _told(writing, "exchange = 'events.v1'") == []


async def test_commands_are_not_facts_and_what_is_republished_is_not_kept_twice(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await writing.send(officer, thread)

    first = await republish(scene.database)
    second = await republish(scene.database)

    assert (first, second) == (1, 1)
    assert len(await writing.rows("select 1 from fact")) == 1


async def test_a_body_that_was_erased_stays_erased(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    await writing.send(officer, thread, "secret")
    await writing.rows("update message set body = '' returning 1")
    await writing.rows("delete from outbox returning 1")

    await republish(scene.database)

    ((_, _, body),) = await _told(writing, f"routing_key = '{JOURNAL}'")
    assert body["body"] == ""
    assert "secret" not in str(await writing.rows("select facts from fact"))


async def test_many_facts_go_in_slices(writing: Writing, scene: Scene) -> None:
    await writing.rows(
        "insert into fact (event_id, name, facts)"
        " select gen_random_uuid(), 'conversations.staff.changed.v1', '{}'"
        " from generate_series(1, 2500) returning 1"
    )

    assert await republish(scene.database) == 2500

    assert len(await writing.rows("select 1 from outbox")) == 2500
