"""A message and its media as the carrier writes them."""

from __future__ import annotations

from clientcomm_simulator.domain.delivery import DELIVERY_ERRORS
from clientcomm_simulator.domain.messages import Media, Message
from clientcomm_simulator.domain.refusals import REFUSALS

from .dates import rfc2822

_PRICE = 0.0079


def message_json(message: Message, account_sid: str) -> dict[str, object]:
    path = f"/2010-04-01/Accounts/{account_sid}/Messages/{message.sid}"
    code = message.error_code
    media = len(message.media) or len(message.media_urls)
    has_segments = message.service_sid is None or message.sender is not None
    return {
        "body": message.visible_body,
        "num_segments": str(message.segments) if has_segments else "0",
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "date_updated": rfc2822(message.updated_at),
        "price": None if message.sent_at is None else f"-{_PRICE * message.segments:.5f}",
        "error_message": explain(code),
        "uri": f"{path}.json",
        "account_sid": account_sid,
        "num_media": str(media),
        "status": message.status,
        "messaging_service_sid": message.service_sid,
        "sid": message.sid,
        "date_sent": rfc2822(message.sent_at),
        "date_created": rfc2822(message.created_at),
        "error_code": code or None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }


def media_json(media: Media, account_sid: str) -> dict[str, object]:
    date = rfc2822(media.created_at)
    return {
        "sid": media.sid,
        "account_sid": account_sid,
        "parent_sid": media.message_sid,
        "content_type": media.content_type,
        "date_created": date,
        "date_updated": date,
        "uri": (
            f"/2010-04-01/Accounts/{account_sid}/Messages/{media.message_sid}"
            f"/Media/{media.sid}.json"
        ),
    }


def explain(code: int) -> str | None:
    """The sentence that goes with a delivery error."""
    if not code:
        return None
    if code in DELIVERY_ERRORS:
        return DELIVERY_ERRORS[code]
    return REFUSALS[code][1].format(what="") if code in REFUSALS else "Unknown error"
