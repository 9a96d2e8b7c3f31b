"""What transfers, closings and labels are refused for (rules 2.9, 2.11, 2.12)."""

from collections.abc import Mapping

from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def already_theirs() -> Refused:
    """A transfer to whom the client belongs already: nothing happens."""
    return Refused(
        "already_theirs",
        N_("This case manager has the client already. Choose somebody else."),
        kind="conflict",
        field="staff_id",
    )


def open_it_first() -> Refused:
    """A closed conversation is neither transferred nor closed once more."""
    return Refused(
        "conversation_closed",
        N_("This conversation is closed. Open it again first."),
        kind="conflict",
    )


def unblock_it_first() -> Refused:
    """Who was blocked as spam is neither transferred nor closed."""
    return Refused(
        "sender_blocked",
        N_("This sender is blocked as spam. Unblock it first."),
        kind="conflict",
    )


def not_closed() -> Refused:
    """Only a closed conversation is opened again."""
    return Refused("not_closed", N_("This conversation is open already."), kind="conflict")


def unknown_outcome() -> Refused:
    """The outcome is not one that the department offers."""
    return Refused(
        "unknown_outcome",
        N_("Choose an outcome from the department's list."),
        field="outcome_id",
    )


def texts_arrived() -> Refused:
    """More is unread than was shown, and closing would mark it read unseen."""
    return Refused(
        "texts_arrived",
        N_("A text arrived in the meantime. Read it first, then close."),
        kind="conflict",
    )


def nothing_to_do(left_out: Mapping[str, str]) -> Refused:
    """All who were chosen are left out."""
    return Refused(
        "nothing_to_do",
        N_(
            "None of the chosen conversations can be changed: they are closed, not yours, or with"
            " this case manager already."
        ),
        kind="conflict",
        field="conversation_ids",
        details={"left_out": dict(left_out)},
    )


def unknown_label(kind: LabelKind) -> Refused:
    """The status or category is not one that the department offers."""
    sentence = {
        LabelKind.STATUS: N_("Choose a status from the department's list."),
        LabelKind.CATEGORY: N_("Choose a category from the department's list."),
    }[kind]
    return Refused(f"unknown_{kind}", sentence, field=f"{kind}_id")


def not_a_case_manager() -> Refused:
    """The receiver cannot have a caseload in this department."""
    return Refused(
        "not_a_case_manager",
        N_("Choose an active case manager of this department."),
        field="staff_id",
    )
