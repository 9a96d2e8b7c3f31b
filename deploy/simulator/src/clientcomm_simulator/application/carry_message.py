"""Moves an accepted message on: queue, air, handset, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clientcomm_simulator.domain.delivery import Fate, fate_of_code
from clientcomm_simulator.domain.faults import Knob
from clientcomm_simulator.domain.identifiers import new_sid
from clientcomm_simulator.domain.messages import Media, Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.status import Status

from .ports import (
    Clock,
    Journal,
    MediaShelf,
    MediaSource,
    MediaUnavailableError,
    Onlookers,
    Timeline,
)
from .records import media_record, sender_record, status_record
from .report_status import StatusReporter

_EXPIRED, _QUEUE_OVERFLOW, _NO_MEDIA, _OPTED_OUT = 30036, 30001, 11751, 21610


@dataclass(slots=True)
class Pace:
    """Seconds from going out to `sent`, and from there to the receipt."""

    sent_after: float = 0.05
    receipt_after: float = 0.15


@dataclass(frozen=True, slots=True)
class Carrier:
    network: Network
    reporter: StatusReporter
    timeline: Timeline
    clock: Clock
    journal: Journal
    onlookers: Onlookers
    shelf: MediaShelf
    source: MediaSource
    pace: Pace

    def start(self, message: Message, *, wait: float = 0.0) -> None:
        """Begins the way of a message just accepted; `wait` is its time in the sender's queue."""
        if message.status is Status.SCHEDULED:
            until = (message.send_at or 0.0) - self.clock.now()
            self._plan(message, max(0.0, until), self._release)
        elif message.status is Status.ACCEPTED:
            self._plan(message, 0.0, self._release)
        else:
            self._queue(message, wait)

    def resume(self, message: Message) -> None:
        """Goes on after a restart with a message that was under way."""
        match message.status:
            case Status.SCHEDULED | Status.ACCEPTED:
                self.start(message)
            case Status.SENT:
                self._await_receipt(message, self._fate(message))
            case _:
                self._enter_queue(message)

    def cancel(self, message: Message) -> None:
        """Takes a scheduled message back; raises a refusal when it is too late."""
        if message.status is not Status.SCHEDULED:
            raise Refusal(30409, message.sid)
        message.forget_timer()
        self._move(message, Status.CANCELED)

    async def rush(self, message: Message) -> None:
        """To `sent` at once, its callback answered before this returns."""
        message.forget_timer()
        self._set(message, Status.SENT)
        await self.reporter.report_now(message)
        self._await_receipt(message, self._fate(message))

    def _plan(self, message: Message, seconds: float, step: Callable[[Message], None]) -> None:
        message.timer = self.timeline.later(seconds, lambda: step(message))

    def _release(self, message: Message) -> None:
        """From a messaging service into the queue of one of its numbers."""
        if message.sender is None:
            service = self.network.services.get(message.service_sid or "")
            chosen = service.sender_for(message.to) if service else None
            if chosen is None:
                self._move(message, Status.FAILED, 21703)
                return
            self.network.book.name_sender(message, chosen)
            self.journal.write(sender_record(message))
        if self.network.is_opted_out(message.sender or "", message.to):
            self._move(message, Status.FAILED, _OPTED_OUT)
            return
        self._move(message, Status.QUEUED)
        self._enter_queue(message)

    def _enter_queue(self, message: Message) -> None:
        sender = self.network.senders.find(message.sender or "")
        try:
            wait = sender.reserve(message.segments, self.timeline.now()) if sender else 0.0
        except Refusal:
            self._move(message, Status.FAILED, _QUEUE_OVERFLOW)
            return
        self._queue(message, wait)

    def _queue(self, message: Message, wait: float) -> None:
        if wait > message.validity:
            self._plan(message, message.validity, self._expire)
        else:
            self._plan(message, wait, self._begin)

    def _expire(self, message: Message) -> None:
        self._move(message, Status.FAILED, _EXPIRED)

    def _begin(self, message: Message) -> None:
        message.move(Status.SENDING, at=self.clock.now())
        self.reporter.report(message)
        if message.media_urls:
            self.timeline.spawn(self._fetch_media(message))
        else:
            self._plan(message, self.pace.sent_after, self._reach)

    async def _fetch_media(self, message: Message) -> None:
        try:
            for url in message.media_urls:
                content_type, content = await self.source.fetch(url)
                media = Media(
                    new_sid("ME"), message.sid, content_type, len(content), self.clock.now()
                )
                self.shelf.put(media, content)
                self.network.media[media.sid] = media
                message.media = (*message.media, media.sid)
                self.journal.write(media_record(media))
        except MediaUnavailableError:
            self._move(message, Status.FAILED, _NO_MEDIA)
            return
        self._plan(message, self.pace.sent_after, self._reach)

    def _reach(self, message: Message) -> None:
        fate = self._fate(message)
        if fate.is_before_sent:
            self._finish(message, fate)
            return
        self._move(message, Status.SENT)
        self._await_receipt(message, fate)

    def _await_receipt(self, message: Message, fate: Fate) -> None:
        message.fate = fate
        if fate.final is None:
            message.timer = None
            return
        phone = self.network.phones.get(message.to)
        delay = phone.delay_seconds if phone else None
        wait = self.pace.receipt_after if delay is None else delay
        self._plan(message, wait, self._receive_receipt)

    def _receive_receipt(self, message: Message) -> None:
        self._finish(message, message.fate)

    def _finish(self, message: Message, fate: Fate) -> None:
        if fate.final is not None:
            self._move(message, fate.final, fate.code)

    def _fate(self, message: Message) -> Fate:
        fault = self.network.faults.strikes(
            Knob.UNDELIVERED, to=message.to, sender=message.sender or ""
        )
        return fate_of_code(fault.code) if fault else self.network.phone(message.to).fate

    def _move(self, message: Message, status: Status, code: int = 0) -> None:
        self._set(message, status, code)
        self.reporter.report(message)

    def _set(self, message: Message, status: Status, code: int = 0) -> None:
        message.move(status, at=self.clock.now(), code=code)
        self.journal.write(status_record(message))
        self.onlookers.notice(message.to)
