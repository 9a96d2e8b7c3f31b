"""Numbers, merges and unknown senders as their pages show them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.conversations.inbox import MaybeClient
from clientcomm_contracts.conversations.merging import MergePreviewReply
from clientcomm_contracts.conversations.numbers import EarlierTexts, NumberEndReply
from clientcomm_contracts.conversations.views import ClientView, ConversationRow
from clientcomm_gateway.adapters.web.forms import fresh_form
from clientcomm_gateway.adapters.web.present.lists import title_of
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views import Choice, Form
from clientcomm_gateway.adapters.web.views.identity import (
    AttachPage,
    EarlierTextsRow,
    MaybeClientRow,
    MergePage,
    MergePickPage,
    MergeThreadRow,
    NewNumberPage,
    NumberPage,
)


def name_of(client: ClientView) -> str:
    """First and last name."""
    return f"{client.first_name} {client.last_name}".strip()


def current_numbers(client: ClientView) -> Sequence[DatedNumber]:
    """Those that the client has now."""
    return [number for number in client.numbers if number.until is None]


def earlier_texts_rows(
    items: Sequence[EarlierTexts], client: ClientView, speech: Speech
) -> tuple[EarlierTextsRow, ...]:
    """Offers on the client's page; showing one twice and clicking twice attaches once."""
    return tuple(
        EarlierTextsRow(
            phone=phone_words(one.sender),
            texts=one.texts,
            last_at=speech.moment_or_none(one.last_at, client.time_zone),
            attach_href=f"/conversations/{one.conversation_id}/attach",
            repeat_key=f"attach-{one.conversation_id}",
        )
        for one in items
    )


def new_number_page(client: ClientView, form: Form, shared_with: Sequence[str]) -> NewNumberPage:
    """A number to be added, or to take another's place."""
    chosen = form.value("replaces")
    return NewNumberPage(
        client_name=name_of(client),
        client_href=f"/clients/{client.id}",
        action=f"/clients/{client.id}/numbers/new",
        form=form,
        replaceable=_number_choices(current_numbers(client), chosen),
        shared_with=tuple(shared_with),
    )


def number_page(
    client: ClientView, number: DatedNumber, form: Form, ending: NumberEndReply
) -> NumberPage:
    """One current number and what can become of it."""
    here = f"/clients/{client.id}/numbers"
    return NumberPage(
        client_name=name_of(client),
        client_href=f"/clients/{client.id}",
        phone=phone_words(number.value),
        is_primary=number.is_primary,
        form=form,
        action=f"{here}/{number.id}",
        end_href=f"{here}/{number.id}/end",
        replace_href=f"{here}/new?replaces={number.id}",
        others=tuple(
            phone_words(one.value) for one in current_numbers(client) if one.id != number.id
        ),
        scheduled=ending.scheduled,
        waiting=ending.waiting,
    )


def merge_pick_page(client: ClientView, rows: Sequence[ConversationRow], q: str) -> MergePickPage:
    """Other clients in the list, one of whom may be the same person."""
    return MergePickPage(
        client_name=name_of(client),
        client_href=f"/clients/{client.id}",
        action=f"/clients/{client.id}/merge",
        q=q,
        found=tuple(
            Choice(str(row.client_id), f"{title_of(row)}, {phone_words(row.primary_number or '')}")
            for row in rows
            if row.client_id not in {None, client.id}
        ),
    )


def merge_page(preview: MergePreviewReply, form: Form) -> MergePage:
    """Both clients, the choices, and what moves, in numbers."""
    survivor, absorbed = preview.survivor, preview.absorbed
    known = {number.value for number in current_numbers(survivor)}
    added = [number for number in current_numbers(absorbed) if number.value not in known]
    both = [*current_numbers(survivor), *added]
    usual = next((str(one.id) for one in both if one.is_primary), "")
    return MergePage(
        client_name=name_of(survivor),
        absorbed_name=name_of(absorbed),
        client_href=f"/clients/{survivor.id}",
        action=f"/clients/{survivor.id}/merge",
        absorb_id=str(absorbed.id),
        form=form,
        names=tuple(
            Choice(
                str(one.id),
                name_of(one),
                str(one.id) == (form.value("name_from") or str(survivor.id)),
            )
            for one in (survivor, absorbed)
        ),
        numbers=_number_choices(both, form.value("primary_number_id") or usual),
        threads=tuple(
            MergeThreadRow(
                department=one.department_name,
                joins=one.joins,
                messages=one.messages,
                markers=one.markers,
                scheduled=one.scheduled,
                unread=one.unread,
            )
            for one in preview.threads
        ),
    )


def attach_page(
    row: ConversationRow, items: Sequence[MaybeClient], *, q: str, texts: int, form: Form | None
) -> AttachPage:
    """Whom an unknown sender may be."""
    here = f"/conversations/{row.id}"
    return AttachPage(
        title=title_of(row),
        conversation_href=here,
        action=f"{here}/attach",
        add_client_href=f"/clients/new?from_conversation_id={row.id}",
        form=form or fresh_form(),
        q=q,
        texts=texts,
        suggested=maybe_rows(items),
    )


def maybe_rows(items: Sequence[MaybeClient]) -> tuple[MaybeClientRow, ...]:
    """Clients whom an unknown sender may be, and why."""
    return tuple(
        MaybeClientRow(
            id=str(one.client_id),
            name=f"{one.first_name} {one.last_name}".strip(),
            because=one.because.value,
            is_ours=one.is_ours,
            assigned_to=one.assigned_to.full_name if one.assigned_to else None,
        )
        for one in items
    )


def names_in(details: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Names that a refusal tells: of clients, or of departments."""
    given = details.get(key)
    found = given if isinstance(given, list) else []
    return tuple(_name(one) for one in found)


def _name(one: object) -> str:
    if isinstance(one, dict):
        return f"{one.get('first_name', '')} {one.get('last_name', '')}".strip()
    return str(one)


def _number_choices(numbers: Sequence[DatedNumber], chosen: str) -> tuple[Choice, ...]:
    known: dict[UUID, Choice] = {
        one.id: Choice(
            str(one.id),
            f"{phone_words(one.value)} ({one.label})" if one.label else phone_words(one.value),
            str(one.id) == chosen,
        )
        for one in numbers
    }
    return tuple(known.values())
