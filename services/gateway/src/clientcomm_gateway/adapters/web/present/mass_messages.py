"""A mass message's progress as a page shows it."""

from uuid import UUID

from clientcomm_contracts.conversations.views import MassMessageView, SkippedRecipient
from clientcomm_contracts.values import MessageState
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import MassMessagePage, SkippedRow, StateCount
from clientcomm_gateway.domain.words import N_

WAITING = "waiting"
_REASONS = {
    "opted_out": N_("Opted out of texts"),
    "closed": N_("The conversation is closed"),
    "conversation_closed": N_("The conversation is closed"),
    "not_found": N_("Not one of your clients"),
    "not_yours": N_("Not one of your clients"),
    "other_department": N_("Belongs to another department"),
    "no_number": N_("Has no number to text to"),
    "duplicate": N_("Was chosen twice"),
    "author_gone": N_("Who wrote it has left, and nobody has this client now"),
}
_OTHER = N_("Cannot be texted")


def skipped_row(skipped: SkippedRecipient, title: str, speech: Speech) -> SkippedRow:
    """Someone left out, and why."""
    return SkippedRow(
        title=title or speech.say(N_("Another client")),
        href=f"/conversations/{skipped.conversation_id}",
        reason=speech.say(_REASONS.get(skipped.code, _OTHER)),
    )


def mass_page(
    mass: MassMessageView,
    speech: Speech,
    zone: str,
    *,
    skipped: tuple[SkippedRow, ...],
    staff_id: UUID,
) -> MassMessagePage:
    """`mass_message.html`."""
    here = f"/mass-messages/{mass.id}"
    done = sum(count for state, count in mass.states.items() if _is_over(state))
    is_finished = mass.is_stopped or done >= mass.recipients
    may_stop = not is_finished and mass.by_staff.id == staff_id
    return MassMessagePage(
        id=str(mass.id),
        body=mass.body,
        by=mass.by_staff.full_name,
        created_at=speech.moment(mass.created_at, zone),
        recipients=mass.recipients,
        done=done,
        segments=mass.segments,
        states=_states(mass),
        skipped=skipped,
        is_stopped=mass.is_stopped,
        is_finished=is_finished,
        ends_at=speech.moment_or_none(mass.ends_at, zone),
        stop_href=f"{here}/stop" if may_stop else None,
        progress_href=f"{here}/progress",
    )


def _is_over(state: str) -> bool:
    return state in set(MessageState) and MessageState(state).rank >= MessageState.SENT.rank


def _states(mass: MassMessageView) -> tuple[StateCount, ...]:
    """In the order of a text's life; what is not written yet waits."""
    order = [WAITING, *MessageState]
    counts = dict(mass.states)
    missing = mass.recipients - sum(counts.values())
    if missing > 0:
        counts[WAITING] = counts.get(WAITING, 0) + missing
    return tuple(StateCount(state, counts[state]) for state in order if counts.get(state))
