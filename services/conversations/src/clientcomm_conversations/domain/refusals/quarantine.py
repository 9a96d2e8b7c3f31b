"""What is refused about texts in quarantine."""

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def already_filed() -> Refused:
    """Somebody was faster."""
    return Refused(
        "already_filed",
        N_("Somebody has filed this text already. It is in a conversation now."),
        kind="conflict",
    )
