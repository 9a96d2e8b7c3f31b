"""What became of a client, in words."""

from collections.abc import Mapping

from clientcomm_contracts.conversations.clients import ClientHistory, HistoryEntry, HistoryKind
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views.clients import HistoryRow
from clientcomm_gateway.domain.words import N_

_BY: Mapping[HistoryKind, str] = {
    HistoryKind.NUMBER_ADDED: N_("%(by)s added the number %(subject)s."),
    HistoryKind.NUMBER_ATTACHED: N_("%(by)s found out by a text that %(subject)s is theirs."),
    HistoryKind.NUMBER_ENDED: N_("%(by)s ended the number %(subject)s."),
    HistoryKind.NUMBER_WRONG: N_("%(by)s marked %(subject)s as a wrong number."),
    HistoryKind.CONSENT_GIVEN: N_("%(by)s noted that the client agreed to texts: %(subject)s."),
    HistoryKind.ASSIGNED: N_("%(by)s gave the client to %(subject)s."),
    HistoryKind.UNASSIGNED: N_("%(by)s put the conversation into the unassigned inbox."),
    HistoryKind.CLOSED: N_("%(by)s closed the conversation: %(subject)s."),
}
_BY_ITSELF: Mapping[HistoryKind, str] = {
    HistoryKind.NUMBER_ADDED: N_("The number %(subject)s was added."),
    HistoryKind.NUMBER_ATTACHED: N_("A text showed that %(subject)s is theirs."),
    HistoryKind.NUMBER_ENDED: N_("The number %(subject)s ended."),
    HistoryKind.NUMBER_WRONG: N_("%(subject)s was marked as a wrong number."),
    HistoryKind.CONSENT_GIVEN: N_("The client agreed to texts: %(subject)s."),
    HistoryKind.ASSIGNED: N_("The client came to %(subject)s."),
    HistoryKind.UNASSIGNED: N_("The conversation came into the unassigned inbox."),
    HistoryKind.CLOSED: N_("The conversation was closed: %(subject)s."),
}
_TOOK_ON = N_("%(by)s has the client from then on.")
_CLOSED = N_("The conversation was closed.")
_NUMBERS = frozenset(
    {
        HistoryKind.NUMBER_ADDED,
        HistoryKind.NUMBER_ATTACHED,
        HistoryKind.NUMBER_ENDED,
        HistoryKind.NUMBER_WRONG,
    }
)


def history_rows(
    history: ClientHistory | None, zone: str, speech: Speech
) -> tuple[HistoryRow, ...]:
    """Newest first."""
    entries = history.entries if history else ()
    return tuple(HistoryRow(speech.moment(one.at, zone), _words(one, speech)) for one in entries)


def _words(entry: HistoryEntry, speech: Speech) -> str:
    words = _BY if entry.by else _BY_ITSELF
    sentence = words[entry.kind]
    if entry.kind is HistoryKind.ASSIGNED and entry.by == entry.subject:
        sentence = _TOOK_ON
    if entry.kind is HistoryKind.CLOSED and not entry.subject:
        sentence = _CLOSED
    subject = phone_words(entry.subject) if entry.kind in _NUMBERS else entry.subject
    return speech.say(sentence) % {"by": entry.by, "subject": subject}
