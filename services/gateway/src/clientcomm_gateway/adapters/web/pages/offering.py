"""Before a form is shown: whether sending it could be accepted at all (rules 1.1, 1.2)."""

from collections.abc import Sequence

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.words import N_

_SHUT = {
    ConversationState.CLOSED: (
        "conversation_closed",
        N_("This conversation is closed. Open it again first."),
    ),
    ConversationState.BLOCKED: (
        "sender_blocked",
        N_("This sender is blocked as spam. Unblock it first."),
    ),
}


def require_offered(is_offered: bool, state: ConversationState | None = None) -> None:
    """Raises Refused for what the owner does not offer who looks, with the reason if it is known.

    `state`: where the conversation's own state may stand in the way.
    """
    if is_offered:
        return
    if state in _SHUT:
        code, sentence = _SHUT[state]
        raise Refused(code, sentence, kind="conflict")
    raise Refused(
        "not_allowed",
        N_("You may look at this but not change it. Ask a supervisor of the department."),
        kind="not_allowed",
    )


def require_role(visit: Visit, roles: Sequence[Role]) -> None:
    """Raises Refused for who holds none of these roles anywhere; owners look closer."""
    # Right after the set-up conversations has not told of the roles yet.
    if visit.account.roles and not visit.account.holds(*roles):
        raise Refused(
            "not_allowed",
            N_("This is not part of your role. An administrator can give you another."),
            kind="not_allowed",
        )
