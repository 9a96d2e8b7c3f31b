"""Replacing typographic characters so that a text stays in the GSM alphabet."""

from __future__ import annotations

_REPLACEMENTS: dict[str, str] = {
    "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u02ba": '"',
    "\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u00b4`": "'",
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58": "-",
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007": " ",
    "\u2008\u2009\u200a\u202f\u205f\u3000": " ",
    "\u200b\u200c\u200d\u2060\ufeff": "",
    "\u2026": "...",
    "\u2022\u2219\u2217": "*",
    "\u2044\u2215": "/",
    "\u2039": "<",
    "\u203a": ">",
}
_TABLE = {ord(letter): plain for letters, plain in _REPLACEMENTS.items() for letter in letters}


def encode_smartly(text: str) -> str:
    """The text with typographic characters replaced by plain ones."""
    return text if text.isascii() else text.translate(_TABLE)
