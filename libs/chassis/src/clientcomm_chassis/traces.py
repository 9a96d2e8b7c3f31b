"""W3C trace context, begun and continued by hand."""

import re
import secrets

_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def new_traceparent() -> str:
    """A trace that begins here, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def continued(traceparent: str | None) -> str:
    """The same trace with a span id of our own; a fresh trace if there is none, or it is odd."""
    match = _FORM.fullmatch(traceparent or "")
    if match is None or set(match[1]) == {"0"} or set(match[2]) == {"0"}:
        return new_traceparent()
    return f"00-{match[1]}-{secrets.token_hex(8)}-{match[3]}"
