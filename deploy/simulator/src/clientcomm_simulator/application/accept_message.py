"""Takes a text from an application, or refuses it with the carrier's code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from clientcomm_simulator.domain import numbers
from clientcomm_simulator.domain.identifiers import new_sid
from clientcomm_simulator.domain.messages import LONGEST_BODY, LONGEST_VALIDITY, MOST_MEDIA, Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.segments import count_segments
from clientcomm_simulator.domain.services import MessagingService
from clientcomm_simulator.domain.smart_encoding import encode_smartly
from clientcomm_simulator.domain.status import Direction, Status

from .carry_message import Carrier
from .ports import Clock, Journal, Onlookers, Timeline
from .records import message_record

_SOONEST_SCHEDULE, _LATEST_SCHEDULE = 300.0, 35 * 86_400.0


@dataclass(frozen=True, slots=True)
class NewText:
    """What the application asks for, as it wrote it."""

    to: str
    sender: str = ""
    service_sid: str = ""
    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""
    validity: str = ""
    is_smartly_encoded: bool = False
    is_scheduled: bool = False
    send_at: str = ""
    direction: Direction = Direction.API


@dataclass(frozen=True, slots=True)
class AcceptMessage:
    network: Network
    carrier: Carrier
    clock: Clock
    timeline: Timeline
    journal: Journal
    onlookers: Onlookers

    def __call__(self, text: NewText) -> Message:
        """The accepted message, already in the ledger; raises Refusal."""
        _require_content(text)
        to = numbers.recipient(text.to)
        service = self._service(text)
        sender = self._sender(text, service, to)
        body = text.body
        if not body.isascii() and (text.is_smartly_encoded or (service and service.smart_encoding)):
            text = replace(text, body=encode_smartly(body))
        if sender is not None and self.network.is_opted_out(sender, to):
            raise Refusal(21610)
        message = self._message(text, to, sender, service)
        wait = 0.0
        if message.status is Status.QUEUED and sender is not None:
            line = self.network.senders.find(sender)
            wait = line.reserve(message.segments, self.timeline.now()) if line else 0.0
        self._keep(message)
        self.carrier.start(message, wait=wait)
        return message

    def _keep(self, message: Message) -> None:
        self.network.book.add(message)
        self.journal.write(message_record(message))
        self.journal.settle()
        self.onlookers.notice(message.to)

    def _service(self, text: NewText) -> MessagingService | None:
        if not text.service_sid:
            return None
        service = self.network.services.get(text.service_sid)
        if service is None:
            raise Refusal(21701, text.service_sid)
        if not service.numbers and not text.sender:
            raise Refusal(21703, text.service_sid)
        return service

    def _sender(self, text: NewText, service: MessagingService | None, to: str) -> str | None:
        if not text.sender:
            return None
        if ":" in text.sender:
            raise Refusal(63007, text.sender)
        sender = numbers.sender(text.sender)
        if self.network.senders.find(sender) is None:
            raise Refusal(21606, sender)
        if service is not None and sender not in service.numbers:
            raise Refusal(21606, sender)
        if sender == to:
            raise Refusal(21266, to)
        return sender

    def _message(
        self, text: NewText, to: str, sender: str | None, service: MessagingService | None
    ) -> Message:
        now = self.clock.now()
        send_at = _send_at(text.send_at, now) if service and text.is_scheduled else None
        if service is None:
            status = Status.QUEUED
        else:
            status = Status.ACCEPTED if send_at is None else Status.SCHEDULED
        validity = _validity(text.validity)
        if service is not None and not text.validity:
            validity = service.validity_period
        return Message(
            sid=new_sid("MM" if text.media_urls else "SM"),
            ordinal=self.network.book.next_ordinal,
            direction=text.direction,
            sender=sender,
            to=to,
            body=text.body,
            segments=1 if text.media_urls else count_segments(text.body),
            status=status,
            created_at=now,
            updated_at=now,
            media_urls=text.media_urls,
            service_sid=service.sid if service else None,
            status_callback=_callback(text, service),
            validity=validity,
            send_at=send_at,
        )


def _require_content(text: NewText) -> None:
    if not text.to:
        raise Refusal(21604)
    if not text.sender and not text.service_sid:
        raise Refusal(21603)
    if not text.body and not text.media_urls:
        raise Refusal(21602)
    if len(text.body) > LONGEST_BODY:
        raise Refusal(21617)
    if len(text.media_urls) > MOST_MEDIA:
        raise Refusal(21623)
    if not all(_is_web_address(url) for url in text.media_urls):
        raise Refusal(21620)


def _callback(text: NewText, service: MessagingService | None) -> str | None:
    url = text.status_callback
    if url and not _is_web_address(url):
        raise Refusal(21609, url)
    return url or (service.status_callback if service else None)


def _is_web_address(url: str) -> bool:
    """Whether the carrier would call it; it takes no underscore in a host's name."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in (host or "")


def _validity(text: str) -> int:
    if not text:
        return LONGEST_VALIDITY
    seconds = numbers.whole_number(text)
    if seconds is None or not 1 <= seconds <= LONGEST_VALIDITY:
        raise Refusal(21624)
    return seconds


def _send_at(text: str, now: float) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(35114) from error
    if moment.tzinfo is None:
        raise Refusal(35114)
    ahead = moment.timestamp() - now
    if not _SOONEST_SCHEDULE <= ahead <= _LATEST_SCHEDULE:
        raise Refusal(35114)
    return moment.timestamp()
