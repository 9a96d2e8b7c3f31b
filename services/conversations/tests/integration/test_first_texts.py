"""Whom a department adds gets its first text, where it has one (rule 2.13a)."""

from typing import Any

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_key, a_text, an_opt_out

from clientcomm_contracts.conversations.clients import AddClient, Resolve
from clientcomm_contracts.conversations.departments import (
    DepartmentRules,
    EditDepartment,
    OwnReplies,
)
from clientcomm_contracts.conversations.events import MessageWrittenV1
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import Author, Lane, Role
from clientcomm_conversations.adapters.tables.departments import department

pytestmark = pytest.mark.integration

MIA = "+12125550188"
_ENGLISH = "{department}: {case_manager} texts you about your case. HELP tells more, STOP ends it."
_SPANISH = "{department}: {case_manager} le escribe. HELP: ayuda, STOP: no más."


@pytest.fixture
async def greeting(scene: Scene, office: Place) -> Place:
    """A department that greets in two languages."""
    replies = {"en": {"first_text": _ENGLISH}, "es": {"first_text": _SPANISH}}
    await scene.change(department, office.id, settings={"automatic_replies": replies})
    return office


async def _add(writing: Writing, asker: Asker, **more: Any) -> Any:
    typed = {"first_name": "Mia", "last_name": "Stone", "phone": MIA}
    return await writing.order(AddClient(asker=asker, **(typed | more)))


async def test_a_new_client_learns_who_writes_and_why(
    writing: Writing, greeting: Place, officer: Asker
) -> None:
    reply = await _add(writing, officer)

    assert reply.is_greeted
    [command] = await writing.told(SendTextsV1)
    [text] = command.items
    assert (text.number_from, text.number_to) == (greeting.number, MIA)
    assert text.body == (
        "Probation North: Dana Reyes texts you about your case. HELP tells more, STOP ends it."
    )
    assert (text.lane, text.quiet is not None) == (Lane.AUTOMATIC, True)
    [written] = await writing.told(MessageWrittenV1)
    assert (written.author, written.aggregate_id) == (Author.AUTOMATIC, reply.conversation_id)
    assert await writing.sequences(reply.conversation_id) == [1, 2]
    shown = await writing.summary(reply.conversation_id)
    assert (shown.last_contact_at, shown.last_text) == (None, text.body)


async def test_it_is_in_the_clients_language(
    writing: Writing, greeting: Place, officer: Asker
) -> None:
    await _add(writing, officer, language="es")

    [command] = await writing.told(SendTextsV1)
    assert (
        command.items[0].body
        == "Probation North: Dana Reyes le escribe. HELP: ayuda, STOP: no más."
    )


async def test_what_nobody_is_assigned_to_is_written_in_the_departments_name(
    writing: Writing, scene: Scene, greeting: Place
) -> None:
    desk = await scene.staff("Fay Desk", (Role.FRONT_DESK, greeting))

    await _add(writing, desk)

    [command] = await writing.told(SendTextsV1)
    assert command.items[0].body.startswith("Probation North: Probation North texts you")


async def test_another_departments_client_is_greeted_by_mine(
    writing: Writing, scene: Scene, greeting: Place, officer: Asker
) -> None:
    south = await scene.department("Pretrial South")
    other = await scene.staff("Pat Low", (Role.CASE_MANAGER, south))
    theirs = await _add(writing, other)
    assert not theirs.is_greeted

    mine = await _add(writing, officer, resolve=Resolve.SAME_PERSON, client_id=theirs.client_id)

    assert mine.is_greeted
    [command] = await writing.told(SendTextsV1)
    assert command.items[0].department_id == greeting.id


async def test_the_same_form_twice_greets_once(
    writing: Writing, greeting: Place, officer: Asker
) -> None:
    key = a_key("add")

    first = await _add(writing, officer, repeat_key=key)
    second = await _add(writing, officer, repeat_key=key)

    assert first == second
    assert len(await writing.told(SendTextsV1)) == 1


async def test_whom_we_know_already_is_not_greeted_again(
    writing: Writing, greeting: Place, officer: Asker
) -> None:
    await _add(writing, officer)

    again = await _add(writing, officer)

    assert not again.is_greeted
    assert len(await writing.told(SendTextsV1)) == 1


async def test_who_opted_out_or_texted_first_is_not_greeted(
    writing: Writing, scene: Scene, greeting: Place, officer: Asker
) -> None:
    supervisor = await scene.staff("Sue Vale", (Role.SUPERVISOR, greeting))
    await writing.deliver(an_opt_out(greeting, MIA))
    await writing.deliver(a_text(greeting, "+12125550189"))
    stranger = await writing.row("select id from conversation where sender = '+12125550189'")

    opted_out = await _add(writing, officer)
    texted = await _add(writing, supervisor, phone="+12125550189", from_conversation_id=stranger.id)

    assert (opted_out.is_greeted, texted.is_greeted) == (False, False)
    bodies = [text.body for command in await writing.told(SendTextsV1) for text in command.items]
    assert not [body for body in bodies if "about your case" in body]


async def test_without_words_of_its_own_a_department_greets_nobody(
    writing: Writing, office: Place, officer: Asker
) -> None:
    reply = await _add(writing, officer)

    assert not reply.is_greeted
    assert await writing.told(SendTextsV1) == []


@pytest.mark.parametrize("text", ["We text you.", "STOP ends it.", "Stopping helps. HELPING too."])
async def test_a_first_text_says_stop_and_help(
    writing: Writing, chief: Asker, here: Place, text: str
) -> None:
    rules = DepartmentRules(automatic_replies={"es": OwnReplies(first_text=text)})

    with pytest.raises(Refused) as refusal:
        await writing.order(EditDepartment(asker=chief, department_id=here.id, rules=rules))

    assert (refusal.value.code, refusal.value.field) == (
        "first_text_without_words",
        "first_text_es",
    )
