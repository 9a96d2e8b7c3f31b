"""Nothing of a mass message is left to go out in the name of who was deactivated (rule 1.6)."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from services.conversations.tests.scenes import Place, Thread
from services.conversations.tests.writings import Writing, a_report, reported

from clientcomm_contracts.conversations.events import (
    MassMessageProgressedV1,
    MessageWrittenV1,
)
from clientcomm_contracts.conversations.mass_messages import (
    GetMassMessage,
    SendMassMessage,
    StopMassMessage,
)
from clientcomm_contracts.conversations.staff import DeactivateStaff, HandOver
from clientcomm_contracts.conversations.views import MassMessageView
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import MessageState, Role
from clientcomm_conversations.adapters.bulk_releaser import BulkReleaser

pytestmark = pytest.mark.integration


class Bulk:
    """Mass messages of Dana Reyes, whose clients Kim Heir would take over."""

    def __init__(self, writing: Writing, office: Place, author: Asker, heir: Asker) -> None:
        self.writing, self.scene = writing, writing.scene
        self.office, self.author, self.heir = office, author, heir
        self.releaser = BulkReleaser(self.scene.database, writing.writers)

    async def threads(self, count: int) -> Sequence[Thread]:
        return [await self.scene.thread(self.office, self.author) for _ in range(count)]

    async def send(self, threads: Sequence[Thread]) -> UUID:
        """To these clients, fast; nothing is released yet."""
        await self.writing.rows("update department set segments_per_second = 100 returning 1")
        ids = tuple(thread.id for thread in threads)
        reply = await self.writing.order(
            SendMassMessage(asker=self.author, conversation_ids=ids, body="Closed on Friday.")
        )
        found: UUID = reply.mass_message.id
        return found

    async def release(self) -> int:
        return await self.releaser.release_all()

    async def text_in(self, thread: Thread) -> UUID:
        """The text that was written last in this thread."""
        row = await self.writing.row(
            "select id from message where conversation_id = :id order by at desc, id desc limit 1",
            id=thread.id,
        )
        found: UUID = row.id
        return found

    async def report(self, text_id: UUID, thread: Thread, state: MessageState) -> None:
        await self.writing.deliver(reported(a_report(text_id, thread, state, 1)))

    async def deactivate_author(self, *, to_inbox: Sequence[Thread] = ()) -> None:
        chief = await self.scene.staff("Cleo Chief", (Role.ADMINISTRATOR, None))
        hand_overs = [HandOver(conversation_id=one.id, to_staff_id=None) for one in to_inbox]
        await self.writing.order(
            DeactivateStaff(
                asker=chief,
                staff_id=self.author.staff_id,
                others_to=self.heir.staff_id,
                hand_overs=tuple(hand_overs),
            )
        )

    async def shown(self, mass_message_id: UUID) -> MassMessageView:
        supervisor = await self.scene.staff("Sam Vale", (Role.SUPERVISOR, self.office))
        question = GetMassMessage(asker=supervisor, mass_message_id=mass_message_id)
        shown: MassMessageView = (await self.scene.ask(question)).mass_message
        return shown


@pytest.fixture
async def bulk(writing: Writing, office: Place, officer: Asker) -> Bulk:
    heir = await writing.scene.staff("Kim Heir", (Role.CASE_MANAGER, office))
    return Bulk(writing, office, officer, heir)


async def test_what_is_not_released_goes_out_as_the_new_case_managers_or_not_at_all(
    bulk: Bulk,
) -> None:
    handed_on, to_inbox = await bulk.threads(2)
    sent = await bulk.send([handed_on, to_inbox])
    await bulk.deactivate_author(to_inbox=[to_inbox])

    await bulk.release()

    (told,) = await bulk.writing.told(MessageWrittenV1)
    assert (told.aggregate_id, told.staff_id, told.staff_name) == (
        handed_on.id, bulk.heir.staff_id, "Kim Heir",
    )  # fmt: skip
    skipped = await bulk.writing.row(
        "select conversation_id, skipped_code from mass_recipient where skipped_code is not null"
        " and mass_message_id = :id",
        id=sent,
    )
    assert skipped == (to_inbox.id, "author_gone")


async def test_what_waits_at_sms_is_withdrawn_and_goes_out_in_the_new_name(bulk: Bulk) -> None:
    waiting, gone = await bulk.threads(2)
    sent = await bulk.send([waiting, gone])
    await bulk.release()
    kept_back, handed_over = await bulk.text_in(waiting), await bulk.text_in(gone)
    await bulk.report(handed_over, gone, MessageState.SENT)

    await bulk.deactivate_author()
    await bulk.report(kept_back, waiting, MessageState.CANCELED)
    assert await bulk.release() == 1

    (withdrawal,) = await bulk.writing.told(WithdrawTextsV1)
    assert withdrawal.message_ids == (kept_back,)
    anew = (await bulk.writing.told(MessageWrittenV1))[-1]
    assert (anew.aggregate_id, anew.staff_name) == (waiting.id, "Kim Heir")
    assert anew.mass_message_id == sent
    shown = await bulk.shown(sent)
    assert (shown.recipients, shown.states) == (2, {"sent": 1, "queued": 1})
    steps = [one.written for one in await bulk.writing.told(MassMessageProgressedV1)]
    assert steps == [0, 2, 1, 2]
    assert await bulk.release() == 0


async def test_what_was_stopped_is_not_released_again(bulk: Bulk) -> None:
    (thread,) = await bulk.threads(1)
    sent = await bulk.send([thread])
    await bulk.release()
    await bulk.writing.order(StopMassMessage(asker=bulk.author, mass_message_id=sent))

    await bulk.deactivate_author()
    await bulk.report(await bulk.text_in(thread), thread, MessageState.CANCELED)

    assert await bulk.release() == 0
    assert (await bulk.shown(sent)).states == {"canceled": 1}


async def test_a_canceled_text_of_somebody_who_works_here_stays_canceled(bulk: Bulk) -> None:
    (thread,) = await bulk.threads(1)
    sent = await bulk.send([thread])
    await bulk.release()

    await bulk.report(await bulk.text_in(thread), thread, MessageState.CANCELED)

    assert await bulk.release() == 0
    assert (await bulk.shown(sent)).states == {"canceled": 1}
