"""Which texts are answered by themselves, and with which words (rules 2.7, 3.8)."""

from datetime import timedelta

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.conversations.events import ConversationChangedV1, MessageWrittenV1
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Author, ConversationState, Lane, TextTag

pytestmark = pytest.mark.integration


STRANGER = "+12125550177"


async def test_an_unknown_sender_gets_a_thread_in_the_inbox_and_one_automatic_reply(
    writing: Writing, office: Place
) -> None:
    await writing.deliver(a_text(office, STRANGER, "who is this"))
    await writing.deliver(a_text(office, STRANGER, "hello?", at=NOON + timedelta(minutes=1)))

    row = await writing.row("select * from conversation")
    assert (row.state, row.sender, row.client_id) == ("unassigned", STRANGER, None)
    (written,) = await writing.told(MessageWrittenV1)
    assert (written.author, written.lane) == (Author.AUTOMATIC, Lane.AUTOMATIC)
    assert "Probation North" in written.body
    assert (await writing.summary(row.id)).unread_count == 2
    (opened,) = await writing.told(ConversationChangedV1)
    assert (opened.sequence, opened.state) == (1, ConversationState.UNASSIGNED)
    assert await writing.sequences(row.id) == [1, 2, 3, 4]


async def test_two_first_texts_in_one_batch_get_one_reply(writing: Writing, office: Place) -> None:
    await writing.deliver(a_text(office, STRANGER, "one"), a_text(office, STRANGER, "two"))

    assert len(await writing.rows("select 1 from conversation")) == 1
    assert len(await writing.told(MessageWrittenV1)) == 1


@pytest.mark.parametrize("sender", ["22000", "AMZN", "+123"])
async def test_machines_get_no_automatic_reply(
    writing: Writing, office: Place, sender: str
) -> None:
    await writing.deliver(a_text(office, sender, "your code is 1234"))

    assert len(await writing.rows("select 1 from conversation")) == 1
    assert await writing.told(SendTextsV1) == []


@pytest.mark.parametrize("tag", [TextTag.STOP, TextTag.START, TextTag.SUSPECTED_REFUSAL])
async def test_stop_words_and_refusals_get_no_automatic_reply(
    writing: Writing, office: Place, tag: TextTag
) -> None:
    await writing.deliver(a_text(office, STRANGER, "stop", tag=tag))

    assert len(await writing.rows("select 1 from message")) == 1
    assert await writing.told(SendTextsV1) == []


async def test_help_is_answered_only_where_the_carrier_does_not(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    await writing.deliver(a_text(office, thread.number, "help", tag=TextTag.HELP))
    assert await writing.told(SendTextsV1) == []

    await writing.rows(
        "update department set settings = '{\"carrier_answers_help\": false}' returning 1"
    )
    await writing.deliver(a_text(office, thread.number, "help", tag=TextTag.HELP))

    (command,) = await writing.told(SendTextsV1)
    assert command.items[0].number_to == thread.number


async def test_the_departments_own_wording_replaces_the_built_in_one(
    writing: Writing, office: Place
) -> None:
    await writing.rows(
        "update department set settings = "
        '\'{"automatic_replies": {"en": {"unknown_sender": "Hi from {department}"}}}\' returning 1'
    )

    await writing.deliver(a_text(office, STRANGER))

    (written,) = await writing.told(MessageWrittenV1)
    assert written.body == "Hi from Probation North"


async def test_no_more_than_five_automatic_replies_an_hour_go_to_one_number(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    await writing.rows(
        "update department set settings = '{\"carrier_answers_help\": false}' returning 1"
    )
    for minute in range(7):
        at = NOON + timedelta(minutes=minute)
        scene.clock.at = at
        await writing.deliver(a_text(office, thread.number, "help", tag=TextTag.HELP, at=at))
    assert len(await writing.told(SendTextsV1)) == 5

    scene.clock.at = later = NOON + timedelta(minutes=61)
    await writing.deliver(a_text(office, thread.number, "help", tag=TextTag.HELP, at=later))
    assert len(await writing.told(SendTextsV1)) == 6
