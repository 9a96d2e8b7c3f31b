"""A client as a page shows it, and rule 2.4's questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from clientcomm_contracts.conversations.clients import ClientReply, Resolve
from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.conversations.numbers import EarlierTexts
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.faults import Refused
from clientcomm_gateway.adapters.web.present.client_history import history_rows
from clientcomm_gateway.adapters.web.present.identity import earlier_texts_rows
from clientcomm_gateway.adapters.web.speech import Speech, language_words, phone_words, zone_words
from clientcomm_gateway.adapters.web.views import (
    Answer,
    ClientPage,
    ElsewhereRow,
    NumberRow,
    Question,
)
from clientcomm_gateway.domain.words import N_

_SHARED = N_("This is another person on a shared phone")
_ANSWERS: Mapping[str, tuple[tuple[Resolve, str], ...]] = {
    "assigned_to_colleague": ((Resolve.SHARED_PHONE, _SHARED),),
    "known_in_my_department": (
        (Resolve.TAKE_OVER, N_("Open it and make it mine")),
        (Resolve.SHARED_PHONE, _SHARED),
    ),
    "known_in_other_department": (
        (Resolve.SAME_PERSON, N_("Yes, the same person")),
        (Resolve.SHARED_PHONE, _SHARED),
    ),
    "number_shared": (
        (Resolve.SAME_PERSON, N_("It is {name}")),
        (Resolve.SHARED_PHONE, _SHARED),
    ),
}


def may_be_edited(found: ClientReply) -> bool:
    """Whether a form that changes the client could be accepted."""
    return found.may_edit and found.client.conversation_id is not None


def client_page(
    found: ClientReply, speech: Speech, *, earlier_texts: Sequence[EarlierTexts] = ()
) -> ClientPage:
    """`client.html`."""
    client, may_edit = found.client, may_be_edited(found)
    return ClientPage(
        id=str(client.id),
        name=f"{client.first_name} {client.last_name}".strip(),
        language=language_words(client.language, speech.language),
        zone=zone_words(client.time_zone, speech.language),
        id_number=client.id_number,
        notes=client.notes,
        consent_how=client.consent_how,
        numbers=tuple(_number(one, client, speech, may_edit=may_edit) for one in client.numbers),
        earlier_texts=earlier_texts_rows(earlier_texts, client, speech),
        is_unreachable=all(one.until is not None for one in client.numbers),
        add_number_href=f"/clients/{client.id}/numbers/new" if may_edit else None,
        merge_href=f"/clients/{client.id}/merge" if may_edit and found.may_merge else None,
        elsewhere=tuple(
            ElsewhereRow(
                one.department_name,
                one.assigned_to.full_name if one.assigned_to else None,
                one.is_closed,
            )
            for one in client.elsewhere
        ),
        conversation_href=(
            f"/conversations/{client.conversation_id}" if client.conversation_id else None
        ),
        edit_href=f"/clients/{client.id}/edit" if may_edit else None,
        history=history_rows(found.history, client.time_zone, speech),
        next_appointment=speech.moment_or_none(
            found.history.next_appointment_at if found.history else None, client.time_zone
        ),
    )


def question_of(refused: Refused, speech: Speech, *, may_ask: bool) -> Question | None:
    """What has to be answered before the client can be added, if it is that.

    `may_ask`: whether a colleague's client could be transferred to who asks.
    """
    answers = _ANSWERS.get(refused.code)
    if answers is None:
        return None
    people = _people(refused.details)
    is_colleagues = refused.code == "assigned_to_colleague"
    return Question(
        code=refused.code,
        sentence=speech.say(refused.sentence),
        people=tuple(name for _, name in people if name),
        answers=tuple(_answers(answers, people, speech)),
        asks_for=str(refused.details.get("client_id", "")) if is_colleagues and may_ask else None,
    )


def _answers(
    answers: tuple[tuple[Resolve, str], ...], people: list[tuple[str, str]], speech: Speech
) -> list[Answer]:
    """One button per answer; *the same person* names each client that it may be."""
    buttons: list[Answer] = []
    for resolve, label in answers:
        words = speech.say(label)
        known = [(one, name) for one, name in people if one]
        if resolve is Resolve.SAME_PERSON and known:
            buttons += [Answer(resolve, one, words.replace("{name}", name)) for one, name in known]
        else:
            buttons.append(Answer(resolve, "", words))
    return buttons


def _people(details: Mapping[str, object]) -> list[tuple[str, str]]:
    """Ids and names in a refusal's details: `staff`, `whose`, `client`, `clients`."""
    found: list[tuple[str, str]] = []
    for key in ("client", "clients", "staff", "whose"):
        given = details.get(key)
        for one in given if isinstance(given, list) else [given]:
            found += _person(one, is_client=key.startswith("client"))
    return found


def _person(given: Any, *, is_client: bool) -> list[tuple[str, str]]:
    if isinstance(given, str) and given:
        return [("", given)]
    if not isinstance(given, dict):
        return []
    full = str(given.get("full_name") or given.get("name") or "")
    name = full or f"{given.get('first_name', '')} {given.get('last_name', '')}".strip()
    return [(str(given.get("id", "")) if is_client else "", name)]


def _number(
    number: DatedNumber, client: ClientView, speech: Speech, *, may_edit: bool
) -> NumberRow:
    is_current = number.until is None
    return NumberRow(
        phone=phone_words(number.value),
        label=number.label,
        since=speech.moment(number.since, client.time_zone),
        until=speech.moment_or_none(number.until, client.time_zone),
        is_primary=number.is_primary and is_current,
        is_wrong=number.is_wrong,
        is_landline=number.id in client.landlines,
        edit_href=(
            f"/clients/{client.id}/numbers/{number.id}" if may_edit and is_current else None
        ),
    )
