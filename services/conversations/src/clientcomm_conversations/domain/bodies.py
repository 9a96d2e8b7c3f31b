"""What a text may consist of (rule 3.1)."""

LONGEST = 1600
# No phone shows them, no database column takes the first, and they would double the price.
_UNSENDABLE = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x7F: None}


def tidied(body: str) -> str:
    """Line ends as one character, without control characters."""
    return body.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSENDABLE)


def storable(body: str) -> str:
    """An inbound body as it came, less what a database cannot keep."""
    return body.replace("\x00", "")


def is_empty(body: str) -> bool:
    """True if there is nothing to read."""
    return not body.strip()
