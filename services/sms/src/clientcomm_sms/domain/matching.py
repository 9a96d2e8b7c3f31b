"""Which of the carrier's texts is the one that an attempt made (architecture §5)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clientcomm_sms.domain.carrier import CarrierText

EARLIER = timedelta(seconds=5)
"""How much the carrier's clock may be behind ours."""

_SMART = {
    "\u00ab": '"', "\u00bb": '"', "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"',
    "\u02ba": '"', "\u02ee": '"', "\u2033": '"', "\u275d": '"', "\u275e": '"', "\u301d": '"',
    "\u301e": '"', "\uff02": '"',
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bb": "'", "\u02bc": "'",
    "\u02bd": "'", "\u02c8": "'", "\u02b9": "'", "\u0301": "'", "\u2032": "'", "\u275b": "'",
    "\u275c": "'", "\uff07": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
    "\u2212": "-", "\u2043": "-", "\u23bc": "-", "\u23bd": "-", "\ufe63": "-", "\uff0d": "-",
    "\u2026": "...", "\u00a0": " ", "\u2000": " ", "\u2001": " ", "\u2002": " ", "\u2003": " ",
    "\u2004": " ", "\u2005": " ", "\u2006": " ", "\u2007": " ", "\u2008": " ", "\u2009": " ",
    "\u200a": " ", "\u202f": " ", "\u205f": " ", "\u3000": " ", "\u200b": "", "\u2060": "",
    "\ufeff": "", "\u2044": "/", "\u2045": "[", "\u2046": "]", "\u02c6": "^", "\u2039": ">",
    "\u203a": "<", "\u02dc": "~", "\u2022": "*", "\u204e": "*", "\uff0a": "*", "\u2052": "%",
    "\u2e40": "=", "\u204f": ";", "\ufe54": ";", "\uff1b": ";", "\ufe55": ":",
    "\uff1a": ":", "\u203c": "!!", "\u203d": "?!", "\u00a6": "|", "\u2223": "|",
}  # fmt: skip
_TABLE = str.maketrans(_SMART)


@dataclass(frozen=True, slots=True)
class Sought:
    """An attempt of which nobody knows whether the carrier has it."""

    number_from: str
    number_to: str
    body: str
    started_at: datetime


def plain(body: str) -> str:
    """A body as it is whether or not the carrier replaced its typographic characters."""
    return " ".join(body.translate(_TABLE).split())


def body_hash(body: str) -> bytes:
    """SHA-256 of the plain form; what an attempt keeps of its body."""
    return hashlib.sha256(plain(body).encode()).digest()


def matches(
    sought: Sought, listed: Iterable[CarrierText], owned: frozenset[str] | set[str]
) -> list[CarrierText]:
    """Texts that can only be this attempt's, oldest first; those of other attempts left out."""
    found = [
        text
        for text in listed
        if _may_be(sought, text)
        and text.sid not in owned
        and plain(text.body) == plain(sought.body)
    ]
    return sorted(found, key=lambda text: (text.date_created, text.sid))


def possible(
    sought: Sought, listed: Iterable[CarrierText], owned: frozenset[str] | set[str]
) -> list[CarrierText]:
    """Texts that may be this attempt's because the carrier's copy was blanked."""
    return [t for t in listed if _may_be(sought, t) and t.sid not in owned and not t.body]


def _may_be(sought: Sought, text: CarrierText) -> bool:
    return (
        text.direction == "outbound-api"
        and text.number_to == sought.number_to
        and text.number_from == sought.number_from
        and text.date_created >= sought.started_at - EARLIER
    )
