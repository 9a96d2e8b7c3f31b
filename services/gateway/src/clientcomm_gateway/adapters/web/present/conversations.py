"""A conversation's page: head, composer, what is scheduled, who may be assigned."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.conversations.inbox import MaybeClient
from clientcomm_contracts.conversations.views import ConversationView, ReplyNumber, StaffView
from clientcomm_contracts.scheduler import ScheduledMessageView
from clientcomm_contracts.values import Action, ConversationState, ScheduledState
from clientcomm_gateway.adapters.web.forms import fresh_form
from clientcomm_gateway.adapters.web.present.caseload import case_managers
from clientcomm_gateway.adapters.web.present.identity import maybe_rows
from clientcomm_gateway.adapters.web.present.labels import label_marks
from clientcomm_gateway.adapters.web.present.lists import title_of
from clientcomm_gateway.adapters.web.speech import (
    Speech,
    language_words,
    phone_words,
    zone_words,
)
from clientcomm_gateway.adapters.web.views import (
    AssignView,
    Choice,
    ComposerView,
    ConversationHead,
    Form,
    IntroductionItem,
    QuietNotice,
    ScheduledRow,
)
from clientcomm_gateway.domain.words import N_

REFUSALS = {
    "conversation_closed": N_("Not sent: the conversation was closed."),
    "opted_out": N_("Not sent: the client had opted out of texts."),
    "may_not_send": N_("Not sent: its author may no longer text this client."),
    "no_number": N_("Not sent: the client had no number to text to."),
    "missed": N_("Not sent: it was too late."),
    "not_after_passed": N_("Not sent: it was too late."),
}


def zone_of(view: ConversationView) -> str:
    """The client's zone, the department's for an unknown sender."""
    return view.client.time_zone if view.client else view.department.time_zone


def head_view(
    view: ConversationView, speech: Speech, staff_id: UUID, *, may: frozenset[Action]
) -> ConversationHead:
    """What stands above the thread; without ways to the texts for who may not read them."""
    row = view.row
    here = f"/conversations/{row.id}"
    zone = zone_of(view)
    is_stranger = row.client_id is None
    block = "unblock" if row.state is ConversationState.BLOCKED else "block"
    return ConversationHead(
        id=str(row.id),
        title=title_of(row),
        phone=phone_words(row.primary_number or row.sender or ""),
        state=row.state,
        department=view.department.department_name,
        assigned_to=row.assigned_to.full_name if row.assigned_to else None,
        is_mine=row.assigned_to is not None and row.assigned_to.id == staff_id,
        is_opted_out=row.is_opted_out,
        client_href=None if is_stranger else f"/clients/{row.client_id}",
        add_client_href=(
            f"/clients/new?from_conversation_id={row.id}"
            if is_stranger and view.may_label and row.state is not ConversationState.BLOCKED
            else None
        ),
        search_href=f"/search?conversation={row.id}" if Action.READ in may else None,
        attach_href=f"{here}/attach" if view.may_attach else None,
        block_href=f"{here}/{block}" if view.may_block else None,
        transcript_href=f"{here}/transcript" if Action.EXPORT in may else None,
        transcript_text_href=f"{here}/transcript.txt" if Action.EXPORT in may else None,
        read_href=f"{here}/read",
        unread_href=f"{here}/unread",
        unread_count=row.unread_count,
        moves_read_position=view.moves_read_position,
        language=language_words(row.language, speech.language) if row.language else None,
        local_time=speech.time_in(speech.now, zone),
        local_zone=zone_words(zone, speech.language),
        is_redirected=view.redirected_from is not None,
        labels=label_marks(row),
        transfer_href=f"{here}/transfer" if view.may_transfer else None,
        close_href=f"{here}/close" if view.may_close else None,
        labels_href=f"{here}/labels" if view.may_label else None,
    )


def composer_view(view: ConversationView, speech: Speech, form: Form | None = None) -> ComposerView:
    """The composer, with the number that an answer would go to (rule 2.3a)."""
    form = form or fresh_form()
    numbers = _numbers(view.numbers, form.value("to_number_id"))
    chosen = next((one for one in numbers if one.is_chosen), None)
    shown = next((one for one in view.numbers if chosen and _value(one) == chosen.value), None)
    here = f"/conversations/{view.row.id}"
    return ComposerView(
        conversation_id=str(view.row.id),
        send_href=f"{here}/messages",
        send_later_href=f"{here}/scheduled-messages/new",
        form=form,
        numbers=numbers,
        to_number=chosen.label if chosen else "",
        may_send=view.may_send,
        cannot_send_because=speech.say(view.cannot_send_because or "") or None,
        is_opted_out=bool(shown and shown.is_opted_out),
        shared_with=shown.shared_with if shown else (),
        introduction=_introduction(view, speech),
        reopen_href=f"{here}/reopen" if view.may_reopen else None,
        quiet=quiet_notice(view, speech),
    )


def quiet_notice(view: ConversationView, speech: Speech) -> QuietNotice | None:
    """What to say where a text would go out at night for the client, if it is (rule 3.9)."""
    if view.quiet_until is None:
        return None
    zone = zone_of(view)
    return QuietNotice(speech.time_in(speech.now, zone), speech.time_in(view.quiet_until, zone))


def _introduction(view: ConversationView, speech: Speech) -> IntroductionItem | None:
    given = view.introduction
    if given is None:
        return None
    since = speech.moment(given.since, view.department.time_zone)
    return IntroductionItem(given.from_staff, since, given.note)


def _numbers(numbers: Sequence[ReplyNumber], typed: str) -> tuple[Choice, ...]:
    known = {_value(number) for number in numbers}
    return tuple(
        Choice(
            _value(number),
            _label(number),
            _value(number) == typed if typed in known and typed else number.is_preselected,
        )
        for number in numbers
    )


def _value(number: ReplyNumber) -> str:
    return str(number.id) if number.id else ""


def _label(number: ReplyNumber) -> str:
    phone = phone_words(number.value)
    return f"{phone} ({number.label})" if number.label else phone


def scheduled_row(item: ScheduledMessageView, speech: Speech, *, may_edit: bool) -> ScheduledRow:
    """One scheduled message."""
    here = f"/conversations/{item.conversation_id}/scheduled-messages/{item.id}"
    is_open = item.state is ScheduledState.SCHEDULED and may_edit
    refusal = None
    if item.refusal_code:
        words = REFUSALS.get(item.refusal_code, N_("Not sent: it was refused when it fell due."))
        refusal = speech.say(words)
    return ScheduledRow(
        id=str(item.id),
        body=item.body,
        due_at=speech.moment(item.due_at, item.time_zone),
        zone=zone_words(item.time_zone, speech.language),
        state=item.state,
        by=item.by_staff_name,
        refusal=refusal,
        is_shifted=item.is_shifted,
        edit_href=here if is_open else None,
        cancel_href=f"{here}/cancel" if is_open else None,
    )


def assign_view(
    view: ConversationView,
    staff: Sequence[StaffView],
    form: Form | None = None,
    *,
    maybe: Sequence[MaybeClient] = (),
) -> AssignView | None:
    """Whom an unassigned conversation may be given to, and who its sender may be (rule 2.8)."""
    if not view.may_assign or view.row.state is not ConversationState.UNASSIGNED:
        return None
    form = form or fresh_form()
    return AssignView(
        href=f"/conversations/{view.row.id}/assign",
        staff=case_managers(
            staff, departments=(view.row.department_id,), chosen=form.value("staff_id")
        ),
        form=form,
        maybe=maybe_rows(maybe),
        attach_href=f"/conversations/{view.row.id}/attach",
    )
