"""What a text may consist of (rule 3.1)."""

from clientcomm_scheduler.domain.refusals import message_empty

_UNSENDABLE = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x7F: None}


def tidied(body: str) -> str:
    """Line ends as one character, without control characters. Raises Refused if nothing is left."""
    tidy = body.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSENDABLE)
    if not tidy.strip():
        raise message_empty()
    return tidy
