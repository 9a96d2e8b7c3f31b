"""The ledger as the control calls show it: every accepted message once, with its original body."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from clientcomm_simulator.domain.book import Filter
from clientcomm_simulator.domain.messages import Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.status import Direction

from .rest.dates import iso8601
from .rest.message_json import explain


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """`after` is the `n` of the last message seen; `direction` is inbound, outbound or empty."""

    to: str | None = None
    sender: str | None = None
    after: int = 0
    limit: int = 1000
    direction: str = ""
    with_carriers_own: bool = False


def ledger_page(network: Network, query: LedgerQuery) -> dict[str, object]:
    """Messages in the order of acceptance, and the `after` of the next page."""

    def fits(message: Message) -> bool:
        is_inbound = message.direction is Direction.INBOUND
        return (
            (query.with_carriers_own or not message.is_carriers_own)
            and query.to in {None, message.to}
            and query.sender in {None, message.sender}
            and query.direction in {"", "inbound" if is_inbound else "outbound"}
        )

    wanted = Filter(to=query.to, sender=query.sender)
    found = list(
        islice(network.book.oldest_first(wanted, above=query.after, fits=fits), query.limit + 1)
    )
    shown = found[: query.limit]
    return {
        "messages": [ledger_entry(message) for message in shown],
        "next": shown[-1].ordinal if len(found) > query.limit else None,
    }


def ledger_entry(message: Message) -> dict[str, object]:
    is_delivered = message.status == "delivered"
    return {
        "n": message.ordinal,
        "sid": message.sid,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "error_code": message.error_code or None,
        "error_message": explain(message.error_code),
        "segments": message.segments,
        "media": list(message.media),
        "media_urls": list(message.media_urls),
        "status_callback": message.status_callback,
        "messaging_service_sid": message.service_sid,
        "webhook_status": message.webhook_status,
        "is_redacted": message.is_redacted,
        "is_deleted": message.is_deleted,
        "created_at": precise(message.created_at),
        "sent_at": precise(message.sent_at),
        "delivered_at": precise(message.final_at) if is_delivered else None,
        "final_at": precise(message.final_at),
    }


def precise(moment: float | None) -> str | None:
    """RFC 3339 with milliseconds."""
    if moment is None:
        return None
    return f"{iso8601(moment)[:-1]}.{int(moment * 1000) % 1000:03d}Z"
