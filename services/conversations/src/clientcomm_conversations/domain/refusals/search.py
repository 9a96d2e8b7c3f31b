"""What is not searched for, in words for the person who asked."""

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def search_too_common() -> Refused:
    """Words that are in every text find everything, which is nothing."""
    return Refused(
        "search_too_common",
        N_("These words are in almost every text. Search for a rarer one."),
        field="q",
    )
