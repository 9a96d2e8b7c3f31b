"""Plain words for what went wrong with a text and what to do next (rule 3.2), by code.

Sentences are marked for translation; pages look them up in their catalogue. Carrier's codes:
https://www.twilio.com/docs/api/errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clientcomm_contracts.values import MessageState


@dataclass(frozen=True, slots=True)
class Problem:
    """A code for programs and a sentence for people."""

    code: str
    sentence: str


def N_(text: str) -> str:  # noqa: N802 - the name by which babel finds marked text
    """Mark a text for translation."""
    return text


_ASK_ADMINISTRATOR = N_(
    "The carrier did not take this text because of how our own number is set up. "
    "Tell your administrator, and send it again when they have put it right."
)
_BUSY = N_(
    "Too many texts were waiting at the carrier, so this one was not sent. Send it again later."
)
_OPTED_OUT = N_(
    "This phone has opted out of our texts, so nothing was sent. "
    "The client can text START to get texts again; until then call or write."
)
_WAITS_FOR_ADMINISTRATOR = N_(
    "The carrier takes no texts from our number at the moment. "
    "This text waits and goes out by itself; tell your administrator."
)
_UNCERTAIN = N_(
    "We do not know yet whether the carrier sent this text. It is being checked, "
    "and is not sent a second time unless you ask for it."
)
_NOT_DELIVERED = N_(
    "The carrier could not deliver this text and did not say why. Send it again, "
    "and call if it fails once more."
)

HTTP_FAULT = "http"
"""Stands for all `http_` codes of sms: answers that say neither yes nor no."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        # the carrier refused to take it
        "20003": _ASK_ADMINISTRATOR,
        "20404": _ASK_ADMINISTRATOR,
        "20429": _BUSY,
        "429": _BUSY,
        "21211": N_("This is not a valid phone number. Correct the client's number."),
        "21212": _ASK_ADMINISTRATOR,
        "21408": N_("We may not text phones in this country. Ask for another number, or call."),
        "21602": N_("The text was empty, so it was not sent. Write something and send it."),
        "21603": _ASK_ADMINISTRATOR,
        "21604": N_("There was no number to send this to. Add a number for the client."),
        "21606": _ASK_ADMINISTRATOR,
        "21610": _OPTED_OUT,
        "21611": _BUSY,
        "21612": N_(
            "The carrier has no way to reach this number by text. Ask for another number, or call."
        ),
        "21614": N_(
            "This number cannot get texts; it may be a landline. Ask for a mobile number, or call."
        ),
        "21617": N_(
            "The text was too long for the carrier. Shorten it, or send it in several parts."
        ),
        # the carrier took it and could not deliver it
        "30001": _BUSY,
        "30002": _ASK_ADMINISTRATOR,
        "30003": N_(
            "The phone could not be reached. It may be switched off or out of range. "
            "Send it again later, and call if that fails too."
        ),
        "30004": N_(
            "The phone does not take texts from us; texts may be blocked. "
            "Call, or ask for another number."
        ),
        "30005": N_("Nobody seems to have this number any more. Check it, or ask for another one."),
        "30006": N_("This is a landline, or its carrier takes no texts. Ask for a mobile number."),
        "30007": N_(
            "The phone company took this text for spam and stopped it. "
            "Write it in other words, without links, and send it again."
        ),
        "30008": _NOT_DELIVERED,
        "30034": _ASK_ADMINISTRATOR,
        "30036": N_(
            "The text could not be delivered in time, so it was given up. "
            "Send it again if it still matters."
        ),
        "30450": N_(
            "The carrier stopped this text as a protection against misuse. "
            "Call, and tell your administrator if it happens again."
        ),
        "30610": N_(
            "The carrier sends no texts to this phone at this hour. Send it again in the daytime."
        ),
        "30640": N_(
            "The carrier does not send texts to this number for legal reasons. "
            "Call, and tell your administrator."
        ),
        "35114": _ASK_ADMINISTRATOR,
        "35115": _ASK_ADMINISTRATOR,
        "35125": _BUSY,
        "11751": N_(
            "The carrier could not fetch the picture. Send the text again, or without the picture."
        ),
        "12300": N_("The carrier does not send this kind of file. Send a JPEG, PNG or GIF."),
        "63038": _BUSY,
        # we did not send it
        "opted_out": _OPTED_OUT,
        "not_after_passed": N_(
            "It was too late for this text when it could have gone out, so it was not sent. "
            "Send it again if it still matters."
        ),
        "quiet_hours": N_("It is night where the client is. This text goes out in the morning."),
        "carrier_unreachable": N_(
            "The carrier cannot be reached at the moment. The text waits and goes out by itself."
        ),
        "conversation_closed": N_(
            "The conversation was closed, so the text was not sent. Open it again to send."
        ),
        "conversation_blocked": N_(
            "This sender is blocked as spam, so the text was not sent. Unblock it to send."
        ),
        "no_current_number": N_("The client has no number that works. Add one, then send."),
        "no_department_number": _ASK_ADMINISTRATOR,
        "number_closed": N_("This number is not in use any more. Choose the client's new number."),
        "not_answerable": N_("This sender has no phone number, so it cannot be answered."),
        "suspected_refusal": N_(
            "The client may have asked for no more texts. Read their last text and decide; "
            "automatic texts wait until then."
        ),
        "not_yours": N_("The conversation is with somebody else now, so the text was not sent."),
        "canceled": N_("Somebody took this text back before it went out."),
        "stopped": N_("The mass message was stopped before this text went out."),
        # the carrier may have it (rule 3.3)
        "no_answer": N_(
            "The carrier did not answer, so we do not know yet whether this text was sent. "
            "It is being checked; wait before you send it again."
        ),
        HTTP_FAULT: N_(
            "The carrier had a fault, so we do not know yet whether this text was sent. "
            "It is being checked; wait before you send it again."
        ),
        "unreadable_answer": N_(
            "The carrier's answer made no sense, so we do not know yet whether this text was sent. "
            "It is being checked; wait before you send it again."
        ),
        "unexpected_error": N_(
            "Something failed on our side, so we do not know yet whether this text was sent. "
            "It is being checked; wait before you send it again."
        ),
        "process_died": N_(
            "Sending was interrupted on our side, so we do not know yet whether this text went "
            "out. It is being checked; wait before you send it again."
        ),
        "restored": N_(
            "Our records come from a backup, so we do not know yet whether this text was sent. "
            "It is being checked; wait before you send it again."
        ),
        "duplicate": N_(
            "The carrier lists this text twice, so the client may have got it twice. "
            "Tell them that both are the same if they ask."
        ),
        "no_match": N_(
            "The carrier does not list this text, so it was most likely not sent. "
            "Decide whether to send it again."
        ),
        "no_receipt": N_(
            "The carrier took this text but never said that it arrived. "
            "Ask the client if it matters."
        ),
    }
)
"""What to say for each code of the carrier and of our own."""

_BY_STATE: Mapping[MessageState, tuple[str, str]] = MappingProxyType(
    {
        MessageState.UNDELIVERED: ("undelivered", _NOT_DELIVERED),
        MessageState.FAILED: (
            "failed",
            N_("The carrier could not send this text. Send it again, and call if it fails again."),
        ),
        MessageState.BLOCKED: ("opted_out", _OPTED_OUT),
        MessageState.UNKNOWN: ("unknown", _UNCERTAIN),
        MessageState.MISSED: ("not_after_passed", SENTENCES["not_after_passed"]),
        MessageState.HELD: ("held", N_("This text waits. Look at it and decide what to do.")),
        MessageState.CANCELED: ("canceled", SENTENCES["canceled"]),
    }
)

_REMARKS: Mapping[MessageState, frozenset[str]] = MappingProxyType(
    {
        MessageState.SENDING: frozenset({"carrier_unreachable"}),
        MessageState.SENT: frozenset({"duplicate"}),
        MessageState.DELIVERED: frozenset({"duplicate"}),
    }
)
"""What is worth telling about a text with which nothing else is wrong."""


def problem_of(
    state: MessageState, error_code: str | None, *, has_no_receipt: bool = False
) -> Problem | None:
    """What to tell about a text in this state; None while nothing is wrong with it."""
    if state is MessageState.SENT and (has_no_receipt or error_code == "no_receipt"):
        return Problem("no_receipt", SENTENCES["no_receipt"])
    if error_code is not None and error_code in _REMARKS.get(state, ()):
        return Problem(error_code, SENTENCES[error_code])
    if state not in _BY_STATE:
        return None
    code, sentence = _BY_STATE[state]
    if error_code is None:
        return Problem(code, sentence)
    # What the carrier refuses for a reason of ours is offered to it again by itself.
    if state is MessageState.HELD and error_code.isdigit():
        return Problem(error_code, _WAITS_FOR_ADMINISTRATOR)
    return Problem(error_code, _sentence(error_code) or sentence)


def _sentence(code: str) -> str | None:
    return SENTENCES.get(HTTP_FAULT if code.startswith(f"{HTTP_FAULT}_") else code)
