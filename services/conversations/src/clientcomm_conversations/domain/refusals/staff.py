"""What changes of staff are refused for, in words for the administrator who asked."""

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def full_name_missing() -> Refused:
    """Colleagues and clients need a name."""
    return Refused("name_missing", N_("Type the person's name."), field="full_name")


def email_invalid() -> Refused:
    """The invitation could not arrive."""
    return Refused(
        "email_invalid", N_("This is not an e-mail address. Check the spelling."), field="email"
    )


def email_taken() -> Refused:
    """An address belongs to one account."""
    return Refused(
        "email_taken",
        N_("Somebody has this e-mail address already. Look for them in the list."),
        kind="conflict",
        field="email",
    )


def roles_missing() -> Refused:
    """Without a role nobody can do anything."""
    return Refused(
        "roles_missing",
        N_("Choose at least one role. To end an account, deactivate it."),
        field="role",
    )


def department_unknown() -> Refused:
    """A role in a department that does not exist or is closed."""
    return Refused(
        "department_unknown",
        N_("This department does not exist or is closed. Choose another."),
        field="role",
    )


def last_administrator() -> Refused:
    """Nobody could put anything right any more."""
    return Refused(
        "last_administrator",
        N_("Nobody else administers the whole organisation. Give somebody that role first."),
        kind="conflict",
        field="role",
    )


def not_yourself() -> Refused:
    """One does not end one's own account by mistake."""
    return Refused(
        "not_yourself",
        N_("You cannot deactivate yourself. Ask another administrator."),
        kind="conflict",
    )


def not_active() -> Refused:
    """The account was ended before."""
    return Refused("not_active", N_("This account was deactivated already."), kind="conflict")


def is_active() -> Refused:
    """There is nothing to begin again."""
    return Refused("is_active", N_("This account is active already."), kind="conflict")


def still_has_clients(count: int) -> Refused:
    """A case manager's role ends only after their clients have moved."""
    return Refused(
        "still_has_clients",
        N_("There they still have clients as a case manager. Transfer those first."),
        kind="conflict",
        field="role",
        details={"active_clients": count},
    )


def receiver_unsuitable() -> Refused:
    """Who takes over has to be a case manager of each client's department."""
    return Refused(
        "not_a_case_manager",
        N_("Choose active case managers of the clients' own departments, or the inbox."),
        field="others_to",
    )
