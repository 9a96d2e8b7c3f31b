"""Nothing of a mass message is left to go out in the name of who was deactivated (rule 1.6)."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from services.conversations.tests.scenes import Place, Scene, Thread
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


@pytest.fixture
def releaser(scene: Scene, writing: Writing) -> BulkReleaser:
    return BulkReleaser(scene.database, writing.writers)


@pytest.fixture
async def heir(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Kim Heir", (Role.CASE_MANAGER, office))


async def _send(writing: Writing, asker: Asker, threads: Sequence[Thread]) -> UUID:
    await writing.rows("update department set segments_per_second = 100 returning 1")
    ids = tuple(thread.id for thread in threads)
    reply = await writing.order(
        SendMassMessage(asker=asker, conversation_ids=ids, body="Closed on Friday.")
    )
    found: UUID = reply.mass_message.id
    return found


async def _deactivate(
    writing: Writing, who: Asker, heir: Asker, *, to_inbox: Sequence[Thread] = ()
) -> None:
    chief = await writing.scene.staff("Cleo Chief", (Role.ADMINISTRATOR, None))
    await writing.order(
        DeactivateStaff(
            asker=chief,
            staff_id=who.staff_id,
            others_to=heir.staff_id,
            hand_overs=tuple(
                HandOver(conversation_id=one.id, to_staff_id=None) for one in to_inbox
            ),
        )
    )


async def _shown(scene: Scene, office: Place, mass_message_id: UUID) -> MassMessageView:
    supervisor = await scene.staff("Sam Vale", (Role.SUPERVISOR, office))
    question = GetMassMessage(asker=supervisor, mass_message_id=mass_message_id)
    shown: MassMessageView = (await scene.ask(question)).mass_message
    return shown


async def _of(writing: Writing, thread: Thread) -> UUID:
    """The text that was written last in this thread."""
    row = await writing.row(
        "select id from message where conversation_id = :id order by at desc, id desc limit 1",
        id=thread.id,
    )
    found: UUID = row.id
    return found


async def test_what_is_not_released_goes_out_as_the_new_case_managers_or_not_at_all(
    writing: Writing,
    scene: Scene,
    releaser: BulkReleaser,
    office: Place,
    officer: Asker,
    heir: Asker,
) -> None:
    """What is not released yet goes out as the new case manager's, or not at all."""
    handed_on, to_inbox = [await scene.thread(office, officer) for _ in range(2)]
    sent = await _send(writing, officer, [handed_on, to_inbox])
    await _deactivate(writing, officer, heir, to_inbox=[to_inbox])

    await releaser.release_all()

    (told,) = await writing.told(MessageWrittenV1)
    assert (told.aggregate_id, told.staff_id, told.staff_name) == (
        handed_on.id, heir.staff_id, "Kim Heir",
    )  # fmt: skip
    skipped = await writing.row(
        "select conversation_id, skipped_code from mass_recipient where skipped_code is not null"
        " and mass_message_id = :id",
        id=sent,
    )
    assert skipped == (to_inbox.id, "author_gone")


async def test_what_waits_at_sms_is_withdrawn_and_goes_out_in_the_new_name(
    writing: Writing,
    scene: Scene,
    releaser: BulkReleaser,
    office: Place,
    officer: Asker,
    heir: Asker,
) -> None:
    waiting, gone = [await scene.thread(office, officer) for _ in range(2)]
    sent = await _send(writing, officer, [waiting, gone])
    await releaser.release_all()
    kept_back, handed_over = await _of(writing, waiting), await _of(writing, gone)
    await writing.deliver(reported(a_report(handed_over, gone, MessageState.SENT, 1)))

    await _deactivate(writing, officer, heir)
    await writing.deliver(reported(a_report(kept_back, waiting, MessageState.CANCELED, 1)))
    assert await releaser.release_all() == 1

    (withdrawal,) = await writing.told(WithdrawTextsV1)
    assert withdrawal.message_ids == (kept_back,)
    anew = (await writing.told(MessageWrittenV1))[-1]
    assert (anew.aggregate_id, anew.staff_name) == (waiting.id, "Kim Heir")
    assert anew.mass_message_id == sent
    shown = await _shown(scene, office, sent)
    assert (shown.recipients, shown.states) == (2, {"sent": 1, "queued": 1})
    steps = [one.written for one in await writing.told(MassMessageProgressedV1)]
    assert steps == [0, 2, 1, 2]
    assert await releaser.release_all() == 0


async def test_what_was_stopped_is_not_released_again(
    writing: Writing,
    scene: Scene,
    releaser: BulkReleaser,
    office: Place,
    officer: Asker,
    heir: Asker,
) -> None:
    thread = await scene.thread(office, officer)
    sent = await _send(writing, officer, [thread])
    await releaser.release_all()
    text_id = await _of(writing, thread)
    await writing.order(StopMassMessage(asker=officer, mass_message_id=sent))

    await _deactivate(writing, officer, heir)
    await writing.deliver(reported(a_report(text_id, thread, MessageState.CANCELED, 1)))

    assert await releaser.release_all() == 0
    assert (await _shown(scene, office, sent)).states == {"canceled": 1}


async def test_a_canceled_text_of_somebody_who_works_here_stays_canceled(
    writing: Writing,
    scene: Scene,
    releaser: BulkReleaser,
    office: Place,
    officer: Asker,
) -> None:
    thread = await scene.thread(office, officer)
    sent = await _send(writing, officer, [thread])
    await releaser.release_all()
    text_id = await _of(writing, thread)

    await writing.deliver(reported(a_report(text_id, thread, MessageState.CANCELED, 1)))

    assert await releaser.release_all() == 0
    assert (await _shown(scene, office, sent)).states == {"canceled": 1}
