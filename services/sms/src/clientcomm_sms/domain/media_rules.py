"""Which attachments we keep, judged by what they are and not by what they are called (rule 3.5)."""

LARGEST = 10_000_000
"""Bytes of one inbound attachment."""

_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"})
_ALLOWED = _PICTURES | frozenset(
    {
        "audio/mpeg", "audio/mp4", "audio/amr", "audio/ogg", "audio/aac", "audio/wav",
        "audio/x-wav", "audio/x-m4a", "audio/3gpp",
        "video/mp4", "video/3gpp", "video/quicktime", "video/mpeg", "video/webm", "video/x-m4v",
        "application/pdf", "text/vcard",
    }
)  # fmt: skip

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
}


def judged(found: str | None, head: bytes) -> str | None:
    """The content type that we keep it under; None if it is not allowed.

    `found` is what the content looks like; a vCard is plain text and looks like nothing.
    """
    if found is None:
        return "text/vcard" if _is_vcard(head) else None
    return found if found in _ALLOWED else None


def _is_vcard(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:11].upper() == b"BEGIN:VCARD" and b"\0" not in head
