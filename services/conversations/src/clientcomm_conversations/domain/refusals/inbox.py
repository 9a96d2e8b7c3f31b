"""What is refused in the inbox and on shared phones, in words for the person who asked."""

from collections.abc import Mapping, Sequence

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def not_in_inbox() -> Refused:
    """Only a conversation of the unassigned inbox is assigned; others are transferred."""
    return Refused(
        "not_in_inbox",
        N_("This conversation has a case manager already."),
        kind="conflict",
    )


def a_client_is_no_spam() -> Refused:
    """Only unknown senders are blocked as spam (rule 2.8)."""
    return Refused(
        "not_a_stranger",
        N_("This is a client's conversation. Only unknown senders can be blocked as spam."),
        kind="conflict",
    )


def nobody_shares_the_phone() -> Refused:
    """There is no other client to whom the text could go (rule 2.6)."""
    return Refused(
        "nobody_shares_the_phone",
        N_("No other client of the department has this number, so the text stays here."),
        kind="conflict",
    )


def choose_client(clients: Sequence[Mapping[str, str]]) -> Refused:
    """Several others have the number (rule 2.6)."""
    return Refused(
        "choose_client",
        N_("Several clients share this phone. Choose whose text this is."),
        kind="conflict",
        field="client_id",
        details={"clients": [dict(client) for client in clients]},
    )
