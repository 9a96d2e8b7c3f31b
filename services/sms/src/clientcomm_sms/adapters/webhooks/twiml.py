"""Answers in the carrier's XML."""

from xml.sax.saxutils import escape

from clientcomm_sms.domain.calls import whom_to_ring

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NOTHING = f"{_HEAD}<Response/>".encode()
_RING_SECONDS = 25


def put_through(desk: str | None, fallback: str | None) -> tuple[str, bytes]:
    """What rings, and the answer that makes it ring; else a spoken sentence (rule 3.15)."""
    rang, phone = whom_to_ring(desk, fallback)
    if phone is None:
        sentence = (
            "This number is for text messages only. "
            "Please send a text message, or call your case manager's office."
        )
        return rang, f"{_HEAD}<Response><Say>{escape(sentence)}</Say></Response>".encode()
    dial = f'<Dial timeout="{_RING_SECONDS}"><Number>{escape(phone)}</Number></Dial>'
    return rang, f"{_HEAD}<Response>{dial}</Response>".encode()
