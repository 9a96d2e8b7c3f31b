from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.directory import GetMe, ListDepartments, ListStaff
from clientcomm_contracts.conversations.messages import GetMessage
from clientcomm_contracts.conversations.reading import (
    Box,
    GetAttachment,
    GetConversation,
    GetThread,
    ListConversations,
)
from clientcomm_contracts.conversations.rights import GetGrant, ListViewers
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Action, Role
from clientcomm_conversations.adapters.tables.messages import attachment

pytestmark = pytest.mark.integration


async def every_question_about_one(scene: Scene, asker: Asker, of: "Shown") -> set[str]:
    """The codes that come back when everything about one conversation is asked."""
    questions: list[Request[Any]] = [
        GetConversation(asker=asker, conversation_id=of.conversation_id),
        GetThread(asker=asker, conversation_id=of.conversation_id),
        GetClient(asker=asker, client_id=of.client_id),
        GetMessage(asker=asker, message_id=of.message_id),
        GetAttachment(asker=asker, attachment_id=of.attachment_id),
        GetGrant(asker=asker, conversation_id=of.conversation_id, actions=frozenset({Action.READ})),
    ]
    codes = set()
    for question in questions:
        try:
            await scene.ask(question)
            codes.add("shown")
        except Refused as refused:
            codes.add(refused.code)
    return codes


class Shown:
    """A thread with one text and one picture, and the people around it."""

    async def make(self, scene: Scene) -> None:
        self.here = await scene.department("Pretrial")
        self.there = await scene.department("Probation")
        self.owner = await scene.staff("Owner", (Role.CASE_MANAGER, self.here))
        thread = await scene.thread(self.here, self.owner)
        self.conversation_id = thread.id
        assert thread.client_id is not None
        self.client_id = thread.client_id
        self.message_id = await scene.message(thread, "hello", NOON)
        self.attachment_id = new_id()
        await scene.put(
            attachment,
            [
                {
                    "id": self.attachment_id,
                    "message_id": self.message_id,
                    "content_type": "image/png",
                    "object_key": "key",
                    "created_at": NOON,
                }
            ],
        )


@pytest.fixture
async def shown(scene: Scene) -> Shown:
    made = Shown()
    await made.make(scene)
    return made


async def test_the_assigned_case_manager_reads_everything(scene: Scene, shown: Shown) -> None:
    assert await every_question_about_one(scene, shown.owner, shown) == {"shown"}


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.CASE_MANAGER, "here"),
        (Role.CASE_MANAGER, "there"),
        (Role.FRONT_DESK, "here"),
        (Role.SUPERVISOR, "there"),
        (Role.AUDITOR, "there"),
        (Role.ADMINISTRATOR, "there"),
    ],
)
async def test_somebody_elses_conversation_is_not_found_whatever_is_asked(
    scene: Scene, shown: Shown, role: Role, where: str
) -> None:
    place: Place = getattr(shown, where)
    other = await scene.staff("Other", (role, place))

    assert await every_question_about_one(scene, other, shown) == {"not_found"}
    boxes = [await scene.ask(ListConversations(asker=other, box=box, q="Quist")) for box in Box]
    assert [box.items for box in boxes] == [() for _ in Box]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
@pytest.mark.parametrize("everywhere", [True, False])
async def test_supervisors_and_auditors_read_the_conversations_of_their_departments(
    scene: Scene, shown: Shown, role: Role, everywhere: bool
) -> None:
    reader = await scene.staff("Reader", (role, None if everywhere else shown.here))

    assert await every_question_about_one(scene, reader, shown) == {"shown"}
    listed = await scene.ask(ListConversations(asker=reader, box=Box.DEPARTMENT))
    assert [row.id for row in listed.items] == [shown.conversation_id]


async def test_an_administrator_sees_the_conversation_but_no_text(
    scene: Scene, shown: Shown
) -> None:
    administrator = await scene.staff("Admin", (Role.ADMINISTRATOR, None))
    await scene.ask(GetMe(asker=administrator))

    view = await scene.ask(
        GetConversation(asker=administrator, conversation_id=shown.conversation_id)
    )
    listed = await scene.ask(ListConversations(asker=administrator, box=Box.DEPARTMENT))

    assert view.conversation.row.last_text == ""
    assert [(row.last_text, row.last_text_direction) for row in listed.items] == [("", None)]
    for hidden in (
        GetThread(asker=administrator, conversation_id=shown.conversation_id),
        GetMessage(asker=administrator, message_id=shown.message_id),
    ):
        with pytest.raises(Refused, match="not_found"):
            await scene.ask(hidden)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SUPERVISOR, (True, True)),
        (Role.AUDITOR, (False, False)),
        (Role.ADMINISTRATOR, (False, False)),
    ],
)
async def test_a_client_is_shown_with_what_one_may_do_with_it(
    scene: Scene, shown: Shown, role: Role, expected: tuple[bool, bool]
) -> None:
    asker = await scene.staff("Other", (role, shown.here))
    question = GetConversation(asker=asker, conversation_id=shown.conversation_id)
    client = (await scene.ask(question)).conversation.client
    assert client is not None

    reply = await scene.ask(GetClient(asker=asker, client_id=client.id))

    assert (reply.may_edit, reply.may_merge) == expected


async def test_who_was_deactivated_is_told_that_nothing_exists(scene: Scene, shown: Shown) -> None:
    gone = await scene.staff("Gone", (Role.SUPERVISOR, shown.here), is_active=False)

    assert await every_question_about_one(scene, gone, shown) == {"not_found"}
    for question in (
        GetMe(asker=gone),
        ListDepartments(asker=gone),
        ListStaff(asker=gone),
        ListConversations(asker=gone),
    ):
        with pytest.raises(Refused, match="not_found"):
            await scene.ask(question)


async def test_viewers_are_those_who_may_read_with_their_own_unread_count(
    scene: Scene, shown: Shown
) -> None:
    await scene.thread(shown.here, shown.owner, unread_count=3)
    await scene.unknown_sender(shown.here, unread_count=1)
    supervisor = await scene.staff("Supervisor", (Role.SUPERVISOR, shown.here))
    colleague = await scene.staff("Colleague", (Role.CASE_MANAGER, shown.here))
    front_desk = await scene.staff("Desk", (Role.FRONT_DESK, shown.here))
    asked = [a.staff_id for a in (shown.owner, supervisor, colleague, front_desk)]

    reply = await scene.ask(
        ListViewers(conversation_id=shown.conversation_id, staff_ids=tuple(asked))
    )

    assert reply.unread_conversations == {shown.owner.staff_id: 1, supervisor.staff_id: 0}
    assert (await scene.ask(GetMe(asker=front_desk))).unread_conversations == 1
