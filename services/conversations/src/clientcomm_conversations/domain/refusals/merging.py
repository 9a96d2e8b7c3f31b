"""Why two clients are not merged, in words for the person who asked."""

from collections.abc import Sequence

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def same_client() -> Refused:
    """A client cannot be merged with themselves, nor twice (rule 2.5)."""
    return Refused(
        "same_client",
        N_("These are one client already. Choose another one."),
        kind="conflict",
        field="absorb_id",
    )


def merge_needs_organisation(departments: Sequence[str]) -> Refused:
    """Another department has conversations with both clients (rule 2.5)."""
    return Refused(
        "merge_needs_organisation",
        N_(
            "Another department has conversations with both clients, so only a supervisor of the"
            " whole organisation can merge them."
        ),
        kind="conflict",
        details={"departments": list(departments)},
    )


def name_of_neither() -> Refused:
    """The name to keep must be one of the two."""
    return Refused("name_of_neither", N_("Choose one of the two names."), field="name_from")


def number_of_neither() -> Refused:
    """The number to keep must be a current one of the two clients."""
    return Refused(
        "number_of_neither",
        N_("Choose a number that one of the two has now."),
        field="primary_number_id",
    )
