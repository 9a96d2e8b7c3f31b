import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from services.conversations.tests.counting import SLOW_MACHINE
from services.conversations.tests.scenes import Scene, StoppedClock
from sqlalchemy import text

from clientcomm_contracts.contract import Event, contract_named
from clientcomm_contracts.conversations.labels import ListLabels
from clientcomm_contracts.conversations.reading import (
    Box,
    GetConversation,
    GetThread,
    ListConversations,
)
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import MarkerKind, Role
from clientcomm_conversations.adapters.set_up_commands import PEOPLE_FILE, load_demo
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 12, 16, 40, tzinfo=UTC)


@pytest.fixture
async def demo(database_for: Callable[[str], DatabaseUrls], tmp_path: Path) -> AsyncIterator[Scene]:
    database = Database(
        database_for("conversations").runtime, application_name="tests", pool_size=4
    )
    scene = Scene(database, StoppedClock(NOW))
    assert await load_demo(database, scene.clock, tmp_path) == 0
    yield scene
    await database.close()


def people(folder: Path) -> dict[str, list[dict[str, str]]]:
    content: dict[str, list[dict[str, str]]] = json.loads((folder / PEOPLE_FILE).read_text())
    return content


def asker_of(folder: Path, role: Role, *, department: str = "Pretrial Services") -> Asker:
    account = next(
        found
        for found in people(folder)["accounts"]
        if role in found["roles"] and found["department"] in {department, None}
    )
    return Asker(staff_id=account["staff_id"])


async def facts(scene: Scene) -> list[Event]:
    async with scene.database.transaction() as tx:
        found = await tx.execute(
            text("select name, body from outbox where exchange = 'events.v1' order by position")
        )
        contracts = [contract_named(row.name).read(row.body) for row in found]
    return [contract for contract in contracts if isinstance(contract, Event)]


async def test_there_is_someone_of_every_role_and_three_case_managers_to_begin_with(
    demo: Scene, tmp_path: Path
) -> None:
    found = people(tmp_path)

    assert len(found["departments"]) >= 2
    first = found["departments"][0]["name"]
    roles = Counter(
        role
        for account in found["accounts"]
        for role in account["roles"]
        if account["department"] in {first, None}
    )
    assert roles == {
        Role.CASE_MANAGER: 3,
        Role.FRONT_DESK: 1,
        Role.SUPERVISOR: 1,
        Role.ADMINISTRATOR: 1,
        Role.AUDITOR: 1,
    }
    assert (tmp_path / PEOPLE_FILE).stat().st_mode & 0o077 == 0


async def test_every_aggregate_is_told_without_a_gap(demo: Scene) -> None:
    sequences = defaultdict(list)
    for fact in await facts(demo):
        sequences[fact.aggregate_id].append(fact.sequence)

    assert len(sequences) > 400
    for told in sequences.values():
        assert told == list(range(1, len(told) + 1))


async def test_conversations_continue_where_their_facts_end(demo: Scene) -> None:
    last = {fact.aggregate_id: fact.sequence for fact in await facts(demo)}

    async with demo.database.transaction() as tx:
        rows = await tx.execute(
            text("select id, sequence, reply_position + bulk_position as sent from conversation")
        )
        for row in rows:
            assert row.sequence == last[row.id]
            assert row.sent == 0  # sms counts from what it has seen


async def test_a_caseload_is_worth_looking_at(demo: Scene, tmp_path: Path) -> None:
    dana = asker_of(tmp_path, Role.CASE_MANAGER)
    reply = await demo.ask(ListConversations(asker=dana))
    rows = reply.items

    assert 36 <= len(rows) <= 42
    assert 3 <= reply.unread_conversations <= 8
    assert any(row.has_delivery_problem for row in rows)
    assert any(row.is_opted_out for row in rows)
    assert {row.language for row in rows} == {"en", "es"}
    views = [
        (await demo.ask(GetConversation(asker=dana, conversation_id=row.id))).conversation
        for row in rows
    ]
    assert any(number.shared_with for view in views for number in view.numbers)
    assert any(view.client.elsewhere for view in views)


async def test_senders_nobody_knows_wait_with_an_automatic_answer(
    demo: Scene, tmp_path: Path
) -> None:
    desk = asker_of(tmp_path, Role.FRONT_DESK)

    waiting = await demo.ask(ListConversations(asker=desk, box=Box.UNASSIGNED))

    assert len(waiting.items) >= 2
    for row in waiting.items:
        thread = await demo.ask(GetThread(asker=desk, conversation_id=row.id))
        assert [item.author for item in thread.items].count("automatic") == 1


async def test_history_is_some_weeks_long_and_at_hours_when_people_are_awake(
    demo: Scene,
) -> None:
    async with demo.database.transaction() as tx:
        found = await tx.execute(
            text(
                "select m.at, m.direction, d.time_zone from message m"
                " join department d on d.id = m.department_id"
            )
        )
        texts = found.all()

    assert all(text.at < NOW for text in texts)
    assert NOW - min(text.at for text in texts) > timedelta(days=21)
    hours = {text.at.astimezone(ZoneInfo(text.time_zone)).hour for text in texts}
    assert hours <= set(range(7, 22))


async def test_markers_of_several_kinds_stand_in_the_threads(demo: Scene) -> None:
    async with demo.database.transaction() as tx:
        kinds = set((await tx.execute(text("select distinct kind from marker"))).scalars())

    assert kinds >= {
        MarkerKind.TRANSFERRED,
        MarkerKind.NUMBER_CHANGED,
        MarkerKind.CLOSED,
        MarkerKind.OPTED_OUT,
        MarkerKind.CALL_RECEIVED,
    }


async def test_what_the_list_shows_agrees_with_the_threads(demo: Scene) -> None:
    disagreeing = text(
        """
        select count(*) from conversation_summary s
          join conversation c on c.id = s.conversation_id
          cross join lateral (
            select m.body, m.direction, m.at from message m
             where m.conversation_id = c.id order by m.at desc, m.id desc limit 1) last
         where s.last_text <> left(last.body, 200) or s.last_text_direction <> last.direction
            or s.last_text_at <> last.at
            or s.unread_count <> (select count(*) from message m
                                   where m.conversation_id = c.id and m.direction = 'inbound'
                                     and (c.read_up_to is null or m.at > c.read_up_to))
            or s.last_contact_at is distinct from (
                 select max(m.at) from message m
                  where m.conversation_id = c.id
                    and (m.direction = 'inbound' or m.author in ('staff', 'schedule'))
                    and m.state not in ('failed', 'undelivered', 'blocked'))
        """
    )
    async with demo.database.transaction() as tx:
        assert (await tx.execute(disagreeing)).scalar_one() == 0


async def test_loading_it_again_changes_nothing_and_names_the_same_people(
    demo: Scene, tmp_path: Path
) -> None:
    before, names = len(await facts(demo)), people(tmp_path)
    (tmp_path / PEOPLE_FILE).unlink()

    assert await load_demo(demo.database, demo.clock, tmp_path) == 0

    assert len(await facts(demo)) == before
    assert people(tmp_path) == names


async def test_the_same_day_gives_the_same_demo_in_a_few_seconds(
    demo: Scene,
    database_for: Callable[[str], DatabaseUrls],
    tmp_path: Path,
) -> None:
    database = Database(
        database_for("conversations").runtime, application_name="tests", pool_size=4
    )
    began = time.process_time()

    await load_demo(database, demo.clock, tmp_path / "again")

    assert time.process_time() - began < SLOW_MACHINE
    assert people(tmp_path / "again") == people(tmp_path)
    assert await facts(Scene(database)) == await facts(demo)
    await database.close()


async def test_some_clients_have_labels_and_some_are_due_for_a_follow_up(
    demo: Scene, tmp_path: Path
) -> None:
    asker = asker_of(tmp_path, Role.CASE_MANAGER)

    labels = await demo.ask(ListLabels(asker=asker, with_follow_ups=True))
    rows = (await demo.ask(ListConversations(asker=asker, box=Box.MINE))).items

    offered = {one.id for one in (*labels.statuses, *labels.categories)}
    shown = {label.id for row in rows for label in (row.status, row.category) if label}
    assert shown
    assert shown <= offered
    assert any(row.status is None for row in rows)
    assert 0 < sum(one.due for one in labels.follow_ups) < len(rows)
