"""The words by which a phone opts out, opts back in, or asks for help, as the carrier sees them."""

from __future__ import annotations

from enum import StrEnum

STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
)
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info"})


class Keyword(StrEnum):
    """Also the value of the webhook's OptOutType."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


CARRIER_REPLIES = {
    Keyword.STOP: "You are unsubscribed and will get no more messages from this number. "
    "Reply START to get them again.",
    Keyword.START: "You will get messages from this number again. "
    "Reply HELP for help, STOP to unsubscribe.",
    Keyword.HELP: "Reply STOP to unsubscribe. Message and data rates may apply.",
}


def keyword_of(body: str) -> Keyword | None:
    """The keyword that the whole text is, if it is one; case and outer space do not matter."""
    word = body.strip().lower()
    if word in STOP_WORDS:
        return Keyword.STOP
    if word in START_WORDS:
        return Keyword.START
    return Keyword.HELP if word in HELP_WORDS else None
