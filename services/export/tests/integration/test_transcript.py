"""Transcripts: what is in them, who may have them, and that they say when something is missing."""

import asyncio
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from services.export.tests.factories import (
    OURS,
    START,
    THEIRS,
    Teller,
    a_grant,
    a_request,
    an_item,
    bodies,
)
from services.export.tests.integration.conftest import Bench

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.export import LACKS_BEGINNING
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Action, Author, Direction, MarkerKind, MessageState

pytestmark = pytest.mark.integration


async def test_a_text_shows_time_names_numbers_and_state(bench: Bench) -> None:
    teller = Teller()
    written = teller.written("See you Friday")
    delivered = teller.reached(written.message_id, MessageState.DELIVERED)
    await bench.tell(written, delivered, teller.received("ok"))

    reply = await bench.transcript(a_request(teller.id, 3))

    ours, theirs = reply.items
    assert (ours.who, ours.number_from, ours.number_to) == ("Pat Rivera", OURS, THEIRS)
    assert (ours.state, ours.state_in_words) == (MessageState.DELIVERED, "delivered")
    assert ours.local_time == "Jun 1, 2026, 8:01:00 AM PDT"
    assert (theirs.direction, theirs.who, theirs.body) == (Direction.INBOUND, "Sam Lee", "ok")
    assert (theirs.number_from, theirs.state_in_words) == (THEIRS, "received")
    assert reply.complete_up_to is None
    assert (reply.title, reply.exported_by) == ("Sam Lee", "Pat Rivera")


async def test_a_failure_carries_the_carriers_code(bench: Bench) -> None:
    teller = Teller()
    written = teller.written()
    failed = teller.reached(written.message_id, MessageState.UNDELIVERED, code="30005")
    await bench.tell(written, failed)

    [item] = (await bench.transcript(a_request(teller.id, 2))).items

    assert item.state_in_words == "not delivered (code 30005)"


async def test_markers_and_attachments_are_in_it(bench: Bench) -> None:
    teller = Teller()
    announced = Attachment(id=uuid4(), content_type="image/jpeg")
    fetched = announced.model_copy(
        update={"size_bytes": 12_345, "file_name": "stub.jpg", "object_key": "k"}
    )
    received = teller.received("", attachments=(announced,))
    await bench.tell(
        received,
        teller.stored(received.message_id, fetched),
        teller.marked(MarkerKind.TRANSFERRED, from_staff="Pat Rivera", to_staff="Jo Park"),
    )

    text, marker = (await bench.transcript(a_request(teller.id, 3))).items

    assert text.attachments == ("stub.jpg (image/jpeg, 12 kB)",)
    assert (marker.kind, marker.marker, marker.who) == (
        "marker",
        MarkerKind.TRANSFERRED,
        "Pat Rivera",
    )
    assert marker.details == {"from_staff": "Pat Rivera", "to_staff": "Jo Park"}


async def test_what_arrived_late_stands_at_the_end_with_both_times(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(teller.written("first"), teller.received("slow", late=timedelta(hours=1)))

    items = (await bench.transcript(a_request(teller.id, 2))).items

    assert bodies(items) == ["first", "slow"]
    assert items[1].details["reached_us"].startswith("Jun 1, 2026, 7:02:00")


@pytest.mark.parametrize(
    ("author", "who"),
    [
        (Author.STAFF, "Pat Rivera"),
        (Author.SCHEDULE, "Pat Rivera (scheduled text)"),
        (Author.MASS, "Pat Rivera (mass message)"),
    ],
)
async def test_who_wrote_it_says_how(bench: Bench, author: Author, who: str) -> None:
    teller = Teller()
    await bench.tell(teller.written(author=author))

    [item] = (await bench.transcript(a_request(teller.id, 1))).items

    assert item.who == who


@pytest.mark.parametrize(
    "grant",
    [
        a_grant(uuid4()),
        a_grant(),
        a_grant(Teller().id, actions=(Action.READ, Action.SCHEDULE)),
    ],
)
async def test_without_a_grant_there_is_nothing(bench: Bench, grant: object) -> None:
    teller = Teller()
    await bench.tell(teller.written())
    request = a_request(teller.id, 1).model_copy(update={"grant": grant})

    with pytest.raises(Refused) as refusal:
        await bench.transcript(request)

    assert refusal.value.kind == "not_found"


async def test_reading_alone_does_not_allow_exporting(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(teller.written())
    grant = a_grant(teller.id, actions=(Action.READ,))

    with pytest.raises(Refused):
        await bench.transcript(a_request(teller.id, 1, grant=grant))


async def test_a_grant_from_the_transfer_on_hides_what_was_before(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(teller.written("old"), teller.written("new"))
    grant = a_grant(teller.id, visible_from=START + timedelta(minutes=2))

    wide = await bench.transcript(a_request(teller.id, 2, grant=grant, since=START))

    assert bodies(wide.items) == ["new"]


async def test_a_date_range_includes_its_beginning_and_not_its_end(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(*(teller.written(str(minute)) for minute in (1, 2, 3)))

    reply = await bench.transcript(
        a_request(
            teller.id,
            3,
            since=START + timedelta(minutes=2),
            until=START + timedelta(minutes=3),
        )
    )

    assert bodies(reply.items) == ["2"]


async def test_pages_together_are_the_whole_thread(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(*(teller.written(f"text {number}") for number in range(25)))
    seen: list[str] = []
    cursor = None

    for _ in range(4):
        page = await bench.transcript(a_request(teller.id, 25, cursor=cursor, limit=7))
        seen += bodies(page.items)
        cursor = page.next

    assert seen == [f"text {number}" for number in range(25)]
    assert cursor is None


async def test_it_waits_for_the_sequence_that_was_asked_for(bench: Bench) -> None:
    teller = Teller()
    first, second = teller.written("first"), teller.written("second")
    await bench.tell(first)

    waiting = asyncio.create_task(bench.transcript(a_request(teller.id, 2), patience=10))
    await bench.tell(second)

    reply = await waiting
    assert bodies(reply.items) == ["first", "second"]
    assert reply.complete_up_to is None


async def test_after_waiting_in_vain_it_says_up_to_when_it_is_complete(bench: Bench) -> None:
    teller = Teller()
    first = teller.written("first")
    await bench.tell(first)

    items = await bench.transcript(a_request(teller.id, 2))
    text = await bench.transcript(a_request(teller.id, 2, as_text=True))

    assert items.complete_up_to == first.occurred_at
    assert text.text is not None
    assert "NOT COMPLETE: this transcript is complete up to Jun 1, 2026, 8:01:00" in text.text


async def test_what_lacks_its_first_fact_says_so_without_a_date(bench: Bench) -> None:
    teller = Teller()
    _, second = teller.written("1"), teller.written("2")
    await bench.tell(second)

    items = await bench.transcript(a_request(teller.id, 2))
    text = await bench.transcript(a_request(teller.id, 2, as_text=True))

    assert items.complete_up_to == LACKS_BEGINNING
    assert text.text is not None
    assert "NOT COMPLETE: this transcript lacks texts from its beginning on." in text.text
    assert "1970" not in text.text


async def test_a_gap_leaves_it_incomplete_though_later_facts_are_there(bench: Bench) -> None:
    teller = Teller()
    first, _, third = teller.written("1"), teller.written("2"), teller.written("3")
    await bench.tell(first, third)

    reply = await bench.transcript(a_request(teller.id, 3))

    assert bodies(reply.items) == ["1"]
    assert reply.complete_up_to == first.occurred_at


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_arrival_gives_the_same_transcript(bench: Bench, seed: int) -> None:
    survivor, absorbed = Teller(), Teller(start=START - timedelta(days=1))
    third = Teller(start=START + timedelta(days=1))
    before, shared = absorbed.written("before"), third.received("shared")
    announced = Attachment(id=uuid4(), content_type="image/png")
    pictured = absorbed.received("picture", attachments=(announced,))
    events = [
        before,
        shared,
        pictured,
        survivor.written("mine"),
        absorbed.reached(before.message_id, MessageState.SENT),
        survivor.absorbed(absorbed),
        # After the merge its facts are told by the survivor.
        survivor.reached(before.message_id, MessageState.DELIVERED),
        survivor.stored(pictured.message_id, announced.model_copy(update={"file_name": "a.png"})),
        survivor.refiled(shared.message_id, third),
        survivor.marked(MarkerKind.MERGED),
    ]
    chance = random.Random(seed)
    shuffled = [*events, *chance.choices(events, k=6)]
    chance.shuffle(shuffled)

    await bench.tell_in_batches(map(an_item, shuffled), size=chance.randint(1, 5))

    reply = await bench.transcript(a_request(survivor.id, survivor.sequence))
    assert reply.complete_up_to is None
    assert bodies(reply.items) == ["before", "picture", "mine", "merged", "shared"]
    assert reply.items[0].state is MessageState.DELIVERED
    assert reply.items[1].attachments == ("a.png (image/png)",)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
async def test_an_unknown_zone_is_refused(bench: Bench, zone: str) -> None:
    teller = Teller()

    with pytest.raises(Refused) as refusal:
        await bench.transcript(a_request(teller.id, 0, time_zone=zone))

    assert refusal.value.field == "time_zone"


async def test_a_cursor_that_nobody_gave_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused) as refusal:
        await bench.transcript(a_request(uuid4(), 0, cursor="nonsense"))

    assert refusal.value.field == "cursor"
