"""What each kind of e-mail says; subjects name no client, since locked screens show them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clientcomm_contracts.notices import NoticeKind
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.domain.mail import LinkKind
from clientcomm_gateway.domain.words import N_


@dataclass(frozen=True, slots=True)
class Words:
    """Subject, sentence and what the link is for, before translation."""

    subject: str
    sentence: str
    invitation: str


_KNOWN = {
    NoticeKind.TRANSFERRED: Words(
        N_("A client was transferred to you"),
        N_("%(by)s transferred %(client)s to you. Introduce yourself with your first text."),
        N_("Open the conversation:"),
    ),
    NoticeKind.TRANSFER_ASKED: Words(
        N_("You are asked to transfer a client"),
        N_("%(by)s asks that %(client)s be transferred to them."),
        N_("Transfer the client here, or talk with your colleague:"),
    ),
    NoticeKind.NUMBER_CHANGED: Words(
        N_("A client's phone numbers changed"),
        N_("The phone numbers of %(client)s were changed by %(by)s. Look before you text."),
        N_("Open the conversation to see which:"),
    ),
    NoticeKind.NAME_CHANGED: Words(
        N_("A client has a new name"),
        N_("%(by)s gave %(client)s another name. It shows in your conversation too."),
        N_("Open the conversation to see it:"),
    ),
    NoticeKind.CLIENTS_MERGED: Words(
        N_("Two records of a client became one"),
        N_(
            "%(by)s joined two records of %(client)s, who is one person. Name, phone numbers or "
            "case manager may be others than before."
        ),
        N_("See it here:"),
    ),
    NoticeKind.UNREAD_TOO_LONG: Words(
        N_("A text waits to be read"),
        N_(
            "A text of %(client)s to %(assigned)s has not been read for %(hours)s office hours. "
            "Please see to it."
        ),
        N_("Open the conversation:"),
    ),
    NoticeKind.COVERING: Words(
        N_("You cover for a colleague"),
        N_(
            "%(by)s is away from %(since)s to %(until)s and named you as cover. In that time you "
            "can read and answer what clients write to them."
        ),
        N_("See the conversations:"),
    ),
    NoticeKind.COVERED: Words(
        N_("A colleague covers for you"),
        N_(
            "%(by)s has entered that you are away from %(since)s to %(until)s. In that time "
            "%(cover)s reads and answers what your clients write."
        ),
        N_("See it, or end it when you are back:"),
    ),
    NoticeKind.QUARANTINED: Words(
        N_("A text waits in quarantine"),
        N_(
            "A text came to a number that no department has, or only a closed one. Nobody else "
            "sees it: please look whose it is. You get this e-mail once a day at most."
        ),
        N_("Open the quarantine:"),
    ),
    NoticeKind.INVITED: Words(
        N_("You are invited to ClientComm"),
        N_("%(by)s invites you to text with clients by ClientComm."),
        N_("Choose a password here. The link works once, for 72 hours:"),
    ),
    LinkKind.PASSWORD_RESET: Words(
        N_("A new password for ClientComm"),
        N_(
            "Somebody, probably you, asked for a new password for this account. If it was not "
            "you, do nothing: your password stays as it is."
        ),
        N_("Choose a new password here. The link works once, for one hour:"),
    ),
}
_SEVERAL = {
    NoticeKind.TRANSFERRED: Words(
        N_("Clients were transferred to you"),
        N_(
            "%(by)s transferred %(count)s clients to you. Introduce yourself with your first texts."
        ),
        N_("See your conversations:"),
    ),
    NoticeKind.UNREAD_TOO_LONG: Words(
        N_("Texts wait to be read"),
        N_(
            "Texts of %(count)s clients have not been read for %(hours)s office hours. Please see "
            "to it that somebody reads them."
        ),
        N_("See the conversations, unread ones first:"),
    ),
}
_NOTE = N_("%(by)s wrote: %(note)s")
_UNNAMED = {
    "by": N_("A colleague"),
    "assigned": N_("a colleague"),
    "cover": N_("a colleague"),
    "client": N_("a client"),
}


def words_of(kind: str, details: Mapping[str, str]) -> Words:
    """The words for a kind of e-mail."""
    if kind in list(LinkKind):
        return _KNOWN[LinkKind(kind)]
    notice = NoticeKind(kind)
    is_one = details.get("count", "1") == "1"
    return _KNOWN[notice] if is_one else _SEVERAL.get(notice, _KNOWN[notice])


def sentences(words: Words, details: Mapping[str, str], speech: Speech) -> list[str]:
    """The paragraphs above the link."""
    known = defaultdict(str, {name: speech.say(word) for name, word in _UNNAMED.items()})
    known.update((name, _shown(name, value, speech)) for name, value in details.items() if value)
    told = [speech.say(words.sentence) % known]
    if known["note"]:
        told.append(speech.say(_NOTE) % known)
    return told


def _shown(name: str, value: str, speech: Speech) -> str:
    if name not in {"since", "until"}:
        return value
    try:
        return speech.day(date.fromisoformat(value[:10]))
    except ValueError:
        return value
