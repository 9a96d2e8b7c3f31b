"""Brings back what the ledger says, and goes on with what was under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clientcomm_simulator.domain.network import Network

from .carry_message import Carrier
from .records import (
    Record,
    apply_status,
    call_from,
    media_from,
    message_from,
    phone_from,
    service_from,
)


def restore(network: Network, records: Iterable[Record]) -> None:
    """Replays the ledger into an empty network; unknown kinds of lines are passed over."""
    steps: dict[str, Callable[[Network, Record], None]] = {
        "message": _message,
        "status": _status,
        "sender": _sender,
        "redacted": _redacted,
        "deleted": _deleted,
        "media": _media,
        "media_deleted": _media_deleted,
        "phone": _phone,
        "opt_out": _opt_out,
        "service": _service,
        "service_deleted": _service_deleted,
        "number": _number,
        "call": _call,
    }
    for record in records:
        step = steps.get(str(record.get("kind")))
        if step is not None:
            step(network, record)


def resume_all(network: Network, carrier: Carrier) -> int:
    """Sets every message that was under way going again; says how many."""
    waiting = [message for message in network.book.in_order if not message.is_final]
    for message in waiting:
        carrier.resume(message)
    return len(waiting)


def _message(network: Network, record: Record) -> None:
    network.book.add(message_from(record))


def _status(network: Network, record: Record) -> None:
    message = network.book.by_sid.get(str(record["sid"]))
    if message is not None:
        apply_status(message, record)


def _sender(network: Network, record: Record) -> None:
    message = network.book.by_sid.get(str(record["sid"]))
    if message is not None:
        network.book.name_sender(message, str(record["from"]))


def _redacted(network: Network, record: Record) -> None:
    message = network.book.by_sid.get(str(record["sid"]))
    if message is not None:
        message.is_redacted = True


def _deleted(network: Network, record: Record) -> None:
    message = network.book.by_sid.get(str(record["sid"]))
    if message is not None:
        message.is_deleted = True


def _media(network: Network, record: Record) -> None:
    media = media_from(record)
    network.media[media.sid] = media
    message = network.book.by_sid.get(media.message_sid)
    if message is not None and media.sid not in message.media:
        message.media = (*message.media, media.sid)


def _media_deleted(network: Network, record: Record) -> None:
    network.media.pop(str(record["sid"]), None)


def _phone(network: Network, record: Record) -> None:
    phone = phone_from(record)
    network.phones[phone.number] = phone


def _opt_out(network: Network, record: Record) -> None:
    network.opt_outs.set(str(record["scope"]), str(record["phone"]), out=bool(record["out"]))


def _service(network: Network, record: Record) -> None:
    service = service_from(record)
    network.services[service.sid] = service


def _service_deleted(network: Network, record: Record) -> None:
    network.services.pop(str(record["sid"]), None)


def _number(network: Network, record: Record) -> None:
    number = str(record["number"])
    sender = network.senders.senders.get(number) or network.senders.add(number)
    changes = record["changes"]
    if isinstance(changes, dict):
        for name, value in changes.items():
            setattr(sender.lines, str(name), str(value))


def _call(network: Network, record: Record) -> None:
    call = call_from(record)
    network.calls[call.sid] = call
