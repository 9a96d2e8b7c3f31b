"""The words by which a phone opts out and in again, and asks for help (rule 3.7)."""

import re
import unicodedata

from clientcomm_contracts.values import TextTag

STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
    | {"alto", "parar", "cancelar"}
)
START_WORDS = frozenset({"start", "unstop"})
YES = "yes"
HELP_WORDS = frozenset({"help", "info"})
_TWO_WORDS: dict[tuple[str, ...], str] = {("opt", "out"): "optout", ("stop", "all"): "stopall"}

_REFUSAL = re.compile(
    r"\b(?:stop|quit|cease|no\s+more|do\s*n[o']?t|dont|never)\b"
    r"(?:\s+\w+){0,3}?\s+(?:text\w*|messag\w*|contact\w*|sms|msg\w*|writ\w*|spam\w*)"
    r"|\b(?:take|remove|delete)\s+(?:me|my\s+(?:number|phone))\b"
    r"|\bleave\s+me\s+alone\b|\bunsubscribe\s+me\b|\bopt\s+me\s+out\b|\bwrong\s+number\b.*\bstop\b"
    r"|\b(?:ya\s+)?no\s+(?:me\s+)?(?:manden?|env[ií]en?|escriban?|texteen?)\b"
    r"|\bdejen?\s+de\s+(?:mandar|enviar|escribir|textear)\w*",
    re.IGNORECASE | re.DOTALL,
)

_CARRIER_TYPES = {"STOP": TextTag.STOP, "START": TextTag.START, "HELP": TextTag.HELP}


def word_of(body: str) -> str | None:
    """The one word that a text consists of, lower case, without punctuation; else None."""
    folded = unicodedata.normalize("NFKC", body).casefold()
    words = "".join(c if c.isalnum() else _gap(c) for c in folded).split()
    if len(words) == 1:
        return words[0]
    return _TWO_WORDS.get(tuple(words))


def _gap(character: str) -> str:
    """Only blanks and dashes part words; other punctuation inside a word falls away."""
    return " " if character.isspace() or unicodedata.category(character) == "Pd" else ""


def tag_of(body: str, *, is_opted_out: bool, carrier_type: str | None = None) -> TextTag | None:
    """What an inbound text is; the carrier's own OptOutType comes first."""
    if carrier_type and (known := _CARRIER_TYPES.get(carrier_type.upper())):
        return known
    word = word_of(body)
    if word in STOP_WORDS:
        return TextTag.STOP
    if word in START_WORDS or (word == YES and is_opted_out):
        return TextTag.START
    if word in HELP_WORDS:
        return TextTag.HELP
    return TextTag.SUSPECTED_REFUSAL if reads_like_refusal(body) else None


def reads_like_refusal(body: str) -> bool:
    """A sentence that a person should look at: it may ask us to stop."""
    return _REFUSAL.search(body) is not None
