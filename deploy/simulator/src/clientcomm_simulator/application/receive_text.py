"""A phone texts one of our numbers: opt-out words, the webhook, and what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clientcomm_simulator.domain.faults import Knob
from clientcomm_simulator.domain.identifiers import new_sid
from clientcomm_simulator.domain.keywords import CARRIER_REPLIES, Keyword, keyword_of
from clientcomm_simulator.domain.messages import Media, Message
from clientcomm_simulator.domain.network import Alert, Network
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.segments import count_segments
from clientcomm_simulator.domain.status import Direction, Status
from clientcomm_simulator.domain.twiml import NotTwiml, Reply, parse_twiml, replies_in

from .accept_message import AcceptMessage, NewText
from .ports import Clock, Journal, MediaShelf, Onlookers, Post, Timeline, Webhooks
from .records import media_record, message_record

_FIELDS_OF_TOMORROW = {"ChannelToken": "x", "Locale[Guess]": "en-☂"}


@dataclass(frozen=True, slots=True)
class Attachment:
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class InboundText:
    sender: str
    to: str
    body: str = ""
    media: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiveText:
    """`base_url` is how applications reach the carrier; `names_opt_outs` adds OptOutType."""

    network: Network
    accept: AcceptMessage
    webhooks: Webhooks
    shelf: MediaShelf
    clock: Clock
    timeline: Timeline
    journal: Journal
    onlookers: Onlookers
    base_url: str
    names_opt_outs: bool = False

    def __call__(self, text: InboundText) -> tuple[Message, list[Post]]:
        """The stored text and the webhooks to make for it; raises Refusal if `to` is not ours."""
        line = self.network.senders.find(text.to)
        if line is None:
            raise Refusal(20404, text.to)
        message = self._store(text)
        keyword = self._obey(message)
        return message, self._disturbed(message, self._post(message, keyword))

    async def notify(self, message: Message, posts: Sequence[Post]) -> None:
        """Makes the webhooks, and sends what the application answers with."""
        for post in posts:
            answer = await self.webhooks.deliver(post)
            message.webhook_status = answer.status
            if not answer.is_success:
                continue
            try:
                replies = replies_in(parse_twiml(answer.body))
            except NotTwiml as problem:
                self._alert(problem.code, message)
                continue
            for reply in replies:
                self._send(message, reply)

    def _store(self, text: InboundText) -> Message:
        now = self.clock.now()
        sid = new_sid("MM" if text.media else "SM")
        message = Message(
            sid=sid,
            ordinal=self.network.book.next_ordinal,
            direction=Direction.INBOUND,
            sender=text.sender,
            to=text.to,
            body=text.body,
            segments=count_segments(text.body),
            status=Status.RECEIVED,
            created_at=now,
            updated_at=now,
            sent_at=now,
            final_at=now,
            service_sid=self._service_sid(text.to),
        )
        self.network.book.add(message)
        self.journal.write(message_record(message))
        for attachment in text.media:
            self._attach(message, attachment)
        self.journal.settle()
        self.onlookers.notice(text.sender)
        return message

    def _service_sid(self, number: str) -> str | None:
        service = self.network.service_of(number)
        return service.sid if service else None

    def _attach(self, message: Message, attachment: Attachment) -> None:
        media = Media(
            new_sid("ME"),
            message.sid,
            attachment.content_type,
            len(attachment.content),
            message.created_at,
        )
        self.shelf.put(media, attachment.content)
        self.network.media[media.sid] = media
        message.media = (*message.media, media.sid)
        self.journal.write(media_record(media))

    def _obey(self, message: Message) -> Keyword | None:
        """Acts on an opt-out word before anybody hears of it; a repeated one changes nothing."""
        keyword = keyword_of(message.body)
        if keyword is None or message.sender is None:
            return None
        scope = self.network.opt_out_scope(message.to)
        was_out = self.network.opt_outs.has(scope, message.sender)
        if keyword is Keyword.HELP:
            self._answer(message, keyword)
        elif was_out is not (keyword is Keyword.STOP):
            is_out = keyword is Keyword.STOP
            self.network.opt_outs.set(scope, message.sender, out=is_out)
            self.journal.write(
                {"kind": "opt_out", "scope": scope, "phone": message.sender, "out": is_out}
            )
            self._answer(message, keyword)
        return keyword

    def _answer(self, message: Message, keyword: Keyword) -> None:
        """The carrier's own reply: on the phone, but no message of the account."""
        now = self.clock.now()
        reply = Message(
            sid=new_sid("SM"),
            ordinal=self.network.book.next_ordinal,
            direction=Direction.REPLY,
            sender=message.to,
            to=message.sender or "",
            body=CARRIER_REPLIES[keyword],
            segments=1,
            status=Status.DELIVERED,
            created_at=now,
            updated_at=now,
            sent_at=now,
            final_at=now,
            is_carriers_own=True,
        )
        self.network.book.add(reply)
        self.journal.write(message_record(reply))

    def _post(self, message: Message, keyword: Keyword | None) -> Post | None:
        service = self.network.service_of(message.to)
        line = self.network.senders.find(message.to)
        if service and service.inbound_request_url and not service.use_inbound_webhook_on_number:
            url, method = service.inbound_request_url, service.inbound_method
            fallback = service.fallback_url
        elif line is not None:
            url, method = line.lines.sms_url, line.lines.sms_method
            fallback = line.lines.sms_fallback_url
        else:
            return None
        if not url:
            return None
        parameters = self._parameters(message)
        if keyword and self.names_opt_outs:
            parameters["OptOutType"] = keyword.value
        token = str(uuid.uuid4())
        return Post("inbound", message.sid, url, parameters, token, method, fallback or None)

    def _parameters(self, message: Message) -> dict[str, str]:
        account = self.network.account_sid
        parameters = {
            "AccountSid": account,
            "ApiVersion": "2010-04-01",
            "Body": message.body,
            "From": message.sender or "",
            "FromCity": "",
            "FromCountry": "US",
            "FromState": "",
            "FromZip": "",
            "MessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": message.status.value,
            "To": message.to,
            "ToCity": "",
            "ToCountry": "US",
            "ToState": "",
            "ToZip": "",
        }
        if message.service_sid:
            parameters["MessagingServiceSid"] = message.service_sid
        path = f"{self.base_url}/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media"
        for index, sid in enumerate(message.media):
            parameters[f"MediaUrl{index}"] = f"{path}/{sid}"
            parameters[f"MediaContentType{index}"] = self.network.media[sid].content_type
        return parameters

    def _disturbed(self, message: Message, post: Post | None) -> list[Post]:
        faults, phone = self.network.faults, message.sender or ""
        if post is None or faults.strikes(Knob.INBOUND_LOST, to=message.to, sender=phone):
            return []
        if faults.strikes(Knob.INBOUND_WRONG_SIGNATURE, to=message.to, sender=phone):
            post = replace(post, is_wrongly_signed=True)
        if faults.strikes(Knob.INBOUND_UNKNOWN_FIELDS, to=message.to, sender=phone):
            post = replace(post, parameters={**post.parameters, **_FIELDS_OF_TOMORROW})
        twice = faults.strikes(Knob.INBOUND_TWICE, to=message.to, sender=phone)
        posts = [post] * (twice.copies if twice else 1)
        late = faults.strikes(Knob.INBOUND_LATE, to=message.to, sender=phone)
        if late:
            self.timeline.later(
                late.seconds, lambda: self.timeline.spawn(self.notify(message, posts))
            )
            return []
        return posts

    def _send(self, message: Message, reply: Reply) -> None:
        text = NewText(
            to=reply.to or message.sender or "",
            sender=reply.sender or message.to,
            body=reply.body,
            media_urls=reply.media_urls,
            status_callback=reply.status_callback or "",
            direction=Direction.REPLY,
        )
        try:
            self.accept(text)
        except Refusal as refusal:
            self._alert(refusal.code, message)

    def _alert(self, code: int, message: Message) -> None:
        self.network.alerts.append(Alert(code, message.sid, self.clock.now()))
