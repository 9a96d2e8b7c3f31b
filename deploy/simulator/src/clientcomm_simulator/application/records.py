"""Lines of the ledger: what is written of each thing, and how it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from clientcomm_simulator.domain.calls import Call, CallStatus
from clientcomm_simulator.domain.delivery import Fate, LineType, Phone
from clientcomm_simulator.domain.messages import Media, Message
from clientcomm_simulator.domain.services import MessagingService
from clientcomm_simulator.domain.status import Direction, Status

Record = Mapping[str, object]


def message_record(message: Message) -> dict[str, object]:
    record: dict[str, object] = {
        "kind": "message",
        "n": message.ordinal,
        "sid": message.sid,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "segments": message.segments,
        "status": message.status,
        "at": message.created_at,
    }
    if message.status_callback:
        record["callback"] = message.status_callback
    if message.service_sid:
        record["service"] = message.service_sid
        record["validity"] = message.validity
        record["send_at"] = message.send_at
    if message.media or message.media_urls:
        record["media"] = message.media
        record["media_urls"] = message.media_urls
    if message.is_carriers_own:
        record["carriers_own"] = True
    return record


def message_from(record: Record) -> Message:
    created_at = _seconds(record["at"])
    status = Status(str(record["status"]))
    message = Message(
        sid=str(record["sid"]),
        ordinal=_whole(record["n"]),
        direction=Direction(str(record["direction"])),
        sender=_text(record.get("from")),
        to=str(record["to"]),
        body=str(record["body"]),
        segments=_whole(record["segments"]),
        status=status,
        created_at=created_at,
        updated_at=created_at,
        media=_texts(record.get("media")),
        media_urls=_texts(record.get("media_urls")),
        service_sid=_text(record.get("service")),
        status_callback=_text(record.get("callback")),
        is_carriers_own=bool(record.get("carriers_own")),
    )
    if "validity" in record:
        message.validity = _whole(record["validity"])
        message.send_at = _seconds(record["send_at"]) if record["send_at"] else None
    if status is Status.RECEIVED:
        message.sent_at = message.final_at = created_at
    return message


def status_record(message: Message) -> dict[str, object]:
    record: dict[str, object] = {
        "kind": "status",
        "sid": message.sid,
        "status": message.status,
        "at": message.updated_at,
    }
    if message.error_code:
        record["code"] = message.error_code
    return record


def apply_status(message: Message, record: Record) -> None:
    code = _whole(record.get("code", 0))
    message.move(Status(str(record["status"])), at=_seconds(record["at"]), code=code)


def sender_record(message: Message) -> dict[str, object]:
    return {"kind": "sender", "sid": message.sid, "from": message.sender}


def media_record(media: Media) -> dict[str, object]:
    return {"kind": "media", **asdict(media)}


def media_from(record: Record) -> Media:
    return Media(
        sid=str(record["sid"]),
        message_sid=str(record["message_sid"]),
        content_type=str(record["content_type"]),
        size=_whole(record["size"]),
        created_at=_seconds(record["created_at"]),
    )


def phone_record(phone: Phone) -> dict[str, object]:
    return {
        "kind": "phone",
        "number": phone.number,
        "final": phone.fate.final,
        "code": phone.fate.code,
        "line_type": phone.line_type,
        "delay_seconds": phone.delay_seconds,
    }


def phone_from(record: Record) -> Phone:
    final, delay = record["final"], record["delay_seconds"]
    return Phone(
        number=str(record["number"]),
        fate=Fate(Status(str(final)) if final else None, _whole(record["code"])),
        line_type=LineType(str(record["line_type"])),
        delay_seconds=None if delay is None else _seconds(delay),
    )


def call_record(call: Call) -> dict[str, object]:
    return {"kind": "call", **asdict(call)}


def call_from(record: Record) -> Call:
    return Call(
        sid=str(record["sid"]),
        sender=str(record["sender"]),
        to=str(record["to"]),
        direction=str(record["direction"]),
        status=CallStatus(str(record["status"])),
        created_at=_seconds(record["created_at"]),
        updated_at=_seconds(record["updated_at"]),
        status_callback=_text(record["status_callback"]),
    )


def service_record(service: MessagingService) -> dict[str, object]:
    return {"kind": "service", **asdict(service)}


def service_from(record: Record) -> MessagingService:
    return MessagingService(
        sid=str(record["sid"]),
        friendly_name=str(record["friendly_name"]),
        created_at=_seconds(record["created_at"]),
        updated_at=_seconds(record["updated_at"]),
        inbound_request_url=_text(record["inbound_request_url"]),
        inbound_method=str(record["inbound_method"]),
        fallback_url=_text(record["fallback_url"]),
        fallback_method=str(record["fallback_method"]),
        status_callback=_text(record["status_callback"]),
        smart_encoding=bool(record["smart_encoding"]),
        sticky_sender=bool(record["sticky_sender"]),
        validity_period=_whole(record["validity_period"]),
        use_inbound_webhook_on_number=bool(record["use_inbound_webhook_on_number"]),
        numbers=list(_texts(record["numbers"])),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    raise TypeError("a whole number is expected in the ledger")


def _seconds(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    raise TypeError("a time is expected in the ledger")
