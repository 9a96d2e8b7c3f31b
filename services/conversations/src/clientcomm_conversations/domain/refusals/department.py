"""What changes of departments are refused for, in words for the administrator who asked."""

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def name_missing() -> Refused:
    """Clients read the name in automatic texts."""
    return Refused("name_missing", N_("Type the department's name."), field="department_name")


def name_taken() -> Refused:
    """Two departments of one name could not be told apart."""
    return Refused(
        "name_taken",
        N_("Another department has this name. Choose another."),
        kind="conflict",
        field="department_name",
    )


def number_taken() -> Refused:
    """A number keeps receiving for the department that had it (rule 2.3)."""
    return Refused(
        "number_taken",
        N_("This is the number of another department, now or before. Choose another."),
        kind="conflict",
        field="number",
    )


def number_is_current() -> Refused:
    """There is nothing to change."""
    return Refused(
        "number_is_current",
        N_("The department sends from this number already."),
        kind="conflict",
        field="number",
    )


def hours_invalid(field: str) -> Refused:
    """Not a time, or an end before its beginning."""
    return Refused(
        "hours_invalid",
        N_("Type times as 08:00 and 17:00, the beginning before the end."),
        field=field,
    )


def first_text_without_words(language: str) -> Refused:
    """Who gets a first text must learn how to end the texts, and how to get help (rule 2.13a)."""
    return Refused(
        "first_text_without_words",
        N_("Say in the first text that STOP ends the texts and HELP tells more."),
        field=f"first_text_{language}",
    )


def label_repeated() -> Refused:
    """Two entries of one name could not be told apart."""
    return Refused(
        "label_repeated", N_("Each name may stand in the list once. Change one."), field="labels"
    )


def label_unseen() -> Refused:
    """Nobody could choose it, nor see that it is chosen."""
    return Refused(
        "label_unseen",
        N_("A name in the list has nothing that can be seen. Type it by hand, or leave it empty."),
        field="labels",
    )


def label_unknown() -> Refused:
    """An entry of another list."""
    return Refused(
        "label_unknown", N_("An entry of the list is gone. Load the page again."), field="labels"
    )


def outcome_missing() -> Refused:
    """Closing a conversation is never impossible (rule 2.11)."""
    return Refused(
        "outcome_missing",
        N_("Leave at least one outcome in the list, or nobody could close a conversation."),
        field="labels",
    )


def still_active(count: int) -> Refused:
    """Nobody is left behind in a department that is closed (rule 6.1)."""
    return Refused(
        "still_active",
        N_("The department has active conversations. Close or move them first."),
        kind="conflict",
        details={"active_conversations": count},
    )


STAYS_CLOSED = N_("This department is closed. Its conversations can be read, but not opened again.")


def stays_closed() -> Refused:
    """No conversation of a closed department is opened again; nobody works there."""
    return Refused("department_closed", STAYS_CLOSED, kind="conflict")


def is_closed() -> Refused:
    """Nothing changes in a closed department."""
    return Refused("department_closed", N_("This department is closed."), kind="conflict")
