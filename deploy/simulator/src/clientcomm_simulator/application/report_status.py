"""Tells the application that a message changed its state: in order, unless a fault is wanted."""

from __future__ import annotations

import time
import uuid
from collections import deque
from dataclasses import dataclass, field, replace

from clientcomm_simulator.domain.faults import Knob
from clientcomm_simulator.domain.messages import Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.status import FINAL, Status

from .ports import Post, Timeline, Webhooks

_IN_BETWEEN = frozenset({Status.QUEUED, Status.SENDING})
_LONGEST_HOLD = 10.0
_FIELDS_OF_TOMORROW = {"MessageBoost": "3", "RegulatoryTag": "", "Zone[Name]": "naïve ☂"}


@dataclass(slots=True)
class StatusReporter:
    """`tells_all` adds callbacks for queued and sending to those for what follows."""

    network: Network
    webhooks: Webhooks
    timeline: Timeline
    tells_all: bool = False
    _chains: dict[str, deque[Post]] = field(default_factory=dict)
    _held: dict[str, list[Post]] = field(default_factory=dict)

    def report(self, message: Message) -> None:
        """Hands the callback for the message's present state to its chain."""
        if not message.status_callback:
            return
        if message.status in _IN_BETWEEN and not self.tells_all:
            return
        post = self._post(message, message.status_callback)
        if not self.network.faults.settings:
            self._enqueue(post)
            return
        for disturbed in self._ordered(message, self._disturbed(message, post)):
            self._enqueue(disturbed)

    async def report_now(self, message: Message) -> None:
        """The same, but returns when the application has answered."""
        if message.status_callback:
            post = self._post(message, message.status_callback)
            for disturbed in self._disturbed(message, post):
                await self.webhooks.deliver(disturbed)

    def _post(self, message: Message, url: str) -> Post:
        status = message.status.value
        parameters = {
            "AccountSid": self.network.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message.sender or "",
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if message.service_sid:
            parameters["MessagingServiceSid"] = message.service_sid
        if message.error_code:
            parameters["ErrorCode"] = str(message.error_code)
        if message.status in {Status.DELIVERED, Status.UNDELIVERED}:
            done = time.gmtime(message.updated_at)
            parameters["RawDlrDoneDate"] = time.strftime("%y%m%d%H%M", done)
        return Post("status", message.sid, url, parameters, str(uuid.uuid4()))

    def _enqueue(self, post: Post) -> None:
        chain = self._chains.get(post.about)
        if chain is None:
            self._chains[post.about] = deque((post,))
            self.timeline.spawn(self._drain(post.about))
        else:
            chain.append(post)

    async def _drain(self, sid: str) -> None:
        chain = self._chains[sid]
        try:
            while chain:
                await self.webhooks.deliver(chain.popleft())
        finally:
            del self._chains[sid]

    def _disturbed(self, message: Message, post: Post) -> list[Post]:
        """What the faults make of one callback."""
        faults, to, sender = self.network.faults, message.to, message.sender or ""
        if faults.strikes(Knob.CALLBACK_LOST, to=to, sender=sender):
            return []
        if faults.strikes(Knob.CALLBACK_WRONG_SIGNATURE, to=to, sender=sender):
            post = replace(post, is_wrongly_signed=True)
        if faults.strikes(Knob.CALLBACK_UNKNOWN_FIELDS, to=to, sender=sender):
            post = replace(post, parameters={**post.parameters, **_FIELDS_OF_TOMORROW})
        late = faults.strikes(Knob.CALLBACK_LATE, to=to, sender=sender)
        if late:
            self.timeline.later(late.seconds, lambda: self._enqueue(post))
            return []
        twice = faults.strikes(Knob.CALLBACK_TWICE, to=to, sender=sender)
        return [post] * (twice.copies if twice else 1)

    def _ordered(self, message: Message, posts: list[Post]) -> list[Post]:
        """Holds the first callbacks back until the last one, when order is to be reversed."""
        held = self._held.pop(message.sid, None)
        if message.status in FINAL:
            return [*posts, *reversed(held or [])]
        faults = self.network.faults
        if held is None and not faults.strikes(
            Knob.CALLBACK_REVERSED, to=message.to, sender=message.sender or ""
        ):
            return posts
        self._held[message.sid] = [*(held or []), *posts]
        self.timeline.later(_LONGEST_HOLD, lambda: self._release(message.sid))
        return []

    def _release(self, sid: str) -> None:
        for post in reversed(self._held.pop(sid, [])):
            self._enqueue(post)
