"""A text from a phone as JSON, checked, with its attachments read."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field

from clientcomm_simulator.application.ports import MediaSource
from clientcomm_simulator.application.receive_text import Attachment, InboundText
from clientcomm_simulator.domain.messages import MOST_MEDIA
from clientcomm_simulator.domain.numbers import parse_number

_SHORT_CODE = re.compile(r"\d{3,8}\Z")


class BadInboundError(ValueError):
    """What was posted is not a text from a phone; the message says why."""


class MediaForm(BaseModel):
    """An attachment: its bytes in base64, or where to fetch them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    content_type: str = "image/jpeg"
    base64: str = ""
    url: str = ""


class InboundForm(BaseModel):
    """`wait` answers only when the application has answered its webhook."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    sender: Annotated[str, Field(alias="from")]
    to: str
    body: str = ""
    media: Annotated[list[MediaForm | str], Field(max_length=MOST_MEDIA)] = []
    wait: bool = False

    async def text(self, source: MediaSource) -> InboundText:
        """Raises BadInboundError, and MediaUnavailableError for what cannot be fetched."""
        media = [await _attachment(item, source) for item in self.media]
        return InboundText(
            sender=phone_number(self.sender),
            to=phone_number(self.to),
            body=self.body,
            media=tuple(media),
        )


def phone_number(text: str) -> str:
    """E.164 or a short code; raises BadInboundError."""
    number = parse_number(text.strip())
    if number is not None:
        return number
    if _SHORT_CODE.match(text.strip()):
        return text.strip()
    raise BadInboundError("a phone number is needed, as +15551230001")


async def _attachment(item: MediaForm | str, source: MediaSource) -> Attachment:
    if isinstance(item, MediaForm) and not item.url:
        return Attachment(item.content_type, _decode(item.base64))
    url = item if isinstance(item, str) else item.url
    if url.startswith("data:"):
        return _inline(url)
    content_type, content = await source.fetch(url)
    return Attachment(content_type, content)


def _inline(url: str) -> Attachment:
    head, _, content = url.removeprefix("data:").partition(",")
    content_type = head.partition(";")[0] or "text/plain"
    if head.endswith(";base64"):
        return Attachment(content_type, _decode(content))
    return Attachment(content_type, unquote_to_bytes(content))


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadInboundError("an attachment is not base64") from error
