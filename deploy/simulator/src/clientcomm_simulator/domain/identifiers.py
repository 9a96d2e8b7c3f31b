"""The carrier's identifiers: two letters and 32 hexadecimal digits."""

from __future__ import annotations

import hashlib
import os
import re

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}\Z")


def new_sid(prefix: str) -> str:
    """A fresh identifier with this prefix."""
    return prefix + os.urandom(16).hex()


def settled_sid(prefix: str, name: str) -> str:
    """The same identifier for the same name, so that it outlives a restart."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:32]


def is_sid(text: str, *prefixes: str) -> bool:
    """Whether the text is an identifier with one of the prefixes."""
    return text[:2] in prefixes and _SID.match(text) is not None
