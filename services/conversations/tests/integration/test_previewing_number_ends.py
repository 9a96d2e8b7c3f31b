"""What giving a number up would mean is said in numbers before it is done (rule 2.13b)."""

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.numbers import GiveUpNumber, PreviewNumberEnd
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration


async def test_what_waits_is_counted_in_every_department_and_then_withdrawn(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    court = await scene.department("Court")
    ana = await scene.staff("Ana Court", (Role.CASE_MANAGER, court))
    ours = await scene.thread(office, officer)
    theirs = await scene.thread(court, ana, client_id=ours.client_id)
    other = await scene.thread(office, officer)
    for asker, thread in ((officer, ours), (officer, ours), (ana, theirs), (officer, other)):
        await writing.send(asker, thread)
    await scene.change_summary(ours, scheduled_count=2)
    await scene.change_summary(theirs, scheduled_count=3)
    asked = {"asker": officer, "client_id": ours.client_id, "number_id": ours.number_id}

    preview = await scene.ask(PreviewNumberEnd.model_validate(asked))
    await writing.order(GiveUpNumber.model_validate({**asked, "is_wrong": True}))

    assert (preview.waiting, preview.scheduled) == (3, 5)
    withdrawn = await writing.told(WithdrawTextsV1)
    assert sum(len(one.message_ids) for one in withdrawn) == preview.waiting


async def test_a_number_that_is_none_of_theirs_has_no_preview(
    scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    asked = {"asker": officer, "client_id": thread.client_id, "number_id": new_id()}

    with pytest.raises(Refused) as refusal:
        await scene.ask(PreviewNumberEnd.model_validate(asked))

    assert refusal.value.code == "not_a_current_number"
