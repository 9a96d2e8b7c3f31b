"""The Messages resource: create, fetch, list, update, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from clientcomm_simulator.adapters.asgi import ABORT, Call, Form, Reply, Routes, json_reply
from clientcomm_simulator.application.accept_message import AcceptMessage, NewText
from clientcomm_simulator.application.carry_message import Carrier
from clientcomm_simulator.application.ports import Clock, Journal, MediaShelf
from clientcomm_simulator.domain.book import Filter
from clientcomm_simulator.domain.faults import Knob, Setting
from clientcomm_simulator.domain.messages import Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.numbers import parse_number
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.status import Status

from .dates import Days, rfc2822
from .errors import error_reply
from .message_json import message_json
from .paging import Window, page

Strike = Callable[[Knob], Setting | None]
_OUTCOMES = {"confirmed", "unconfirmed"}


@dataclass(frozen=True, slots=True)
class Messages:
    network: Network
    accept: AcceptMessage
    carrier: Carrier
    clock: Clock
    journal: Journal
    shelf: MediaShelf

    def routes(self) -> Routes:
        return {
            ("POST", "Messages"): self.create,
            ("GET", "Messages"): self.list,
            ("GET", "Messages/*"): self.fetch,
            ("POST", "Messages/*"): self.update,
            ("DELETE", "Messages/*"): self.delete,
            ("POST", "Messages/*/Feedback"): self.feedback,
        }

    async def create(self, call: Call) -> Reply:
        text = _new_text(call.form)
        if not self.network.faults.settings:
            return json_reply(self.json(self.accept(text)), 201)
        return await self._create_badly(text)

    async def fetch(self, call: Call) -> Reply:
        refused = await self._read_badly()
        return refused or json_reply(self.json(self.find(call.sids[0])))

    async def update(self, call: Call) -> Reply:
        """Blanks the body of a final message, or cancels a scheduled one."""
        message = self.find(call.sids[0])
        if "Status" in call.form:
            if call.form.get("Status") != Status.CANCELED:
                raise Refusal(20001, "Status")
            self.carrier.cancel(message)
        elif "Body" in call.form:
            self._redact(message, call.form.get("Body"))
        return json_reply(self.json(message))

    async def delete(self, call: Call) -> Reply:
        message = self.find(call.sids[0])
        if not message.is_final:
            raise Refusal(20009, message.sid, status=409)
        message.is_deleted = True
        self.journal.write({"kind": "deleted", "sid": message.sid})
        for media_sid in message.media:
            if self.network.media.pop(media_sid, None):
                self.shelf.drop(media_sid)
                self.journal.write({"kind": "media_deleted", "sid": media_sid})
        return Reply(204)

    async def list(self, call: Call) -> Reply:
        refused = await self._read_badly()
        if refused:
            return refused
        window, wanted = Window.of(call.query), _filter(call.query)
        fits = self._test(wanted, Days.of(call.query, "DateSent"))
        found, has_next, has_previous = self._cut(window, wanted, fits)
        content = page(
            "messages",
            [self.json(message) for message in found],
            window=window,
            path=f"/2010-04-01/Accounts/{self.network.account_sid}/Messages.json",
            query=call.query,
            has_next=has_next,
            has_previous=has_previous,
        )
        return json_reply(content)

    async def feedback(self, call: Call) -> Reply:
        message = self.find(call.sids[0])
        outcome = call.form.get("Outcome", "unconfirmed")
        if outcome not in _OUTCOMES:
            raise Refusal(20001, "Outcome")
        now = rfc2822(self.clock.now())
        account = self.network.account_sid
        return json_reply(
            {
                "account_sid": account,
                "message_sid": message.sid,
                "outcome": outcome,
                "date_created": now,
                "date_updated": now,
                "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}/Feedback.json",
            },
            201,
        )

    def find(self, sid: str) -> Message:
        message = self.network.book.get(sid)
        if message is None or message.is_carriers_own:
            raise Refusal(20404, sid)
        return message

    def json(self, message: Message) -> dict[str, object]:
        return message_json(message, self.network.account_sid)

    def _redact(self, message: Message, body: str) -> None:
        if body:
            raise Refusal(20001, "Body")
        if not message.is_final:
            raise Refusal(20009, message.sid)
        if not message.is_redacted:
            message.is_redacted = True
            message.updated_at = self.clock.now()
            self.journal.write({"kind": "redacted", "sid": message.sid})

    def _cut(
        self, window: Window, wanted: Filter, fits: Callable[[Message], bool]
    ) -> tuple[Sequence[Message], bool, bool]:
        """The page's messages, and whether there are newer and older ones."""
        book = self.network.book
        if window.before is not None:
            edge = self._edge(window.before)
            newer = list(islice(book.oldest_first(wanted, above=edge, fits=fits), window.size + 1))
            return newer[: window.size][::-1], True, len(newer) > window.size
        below = self._edge(window.after) if window.after is not None else None
        skipped = 0 if below is not None else window.number * window.size
        older = book.newest_first(wanted, below=below, fits=fits)
        found = [*islice(older, skipped, skipped + window.size + 1)]
        return found[: window.size], len(found) > window.size, window.number > 0

    def _edge(self, sid: str) -> int:
        message = self.network.book.by_sid.get(sid)
        if message is None:
            raise Refusal(20001, "PageToken")
        return message.ordinal

    def _test(self, wanted: Filter, days: Days) -> Callable[[Message], bool]:
        lag = self.network.faults.strikes(Knob.LIST_LAG)
        newest = self.clock.now() - lag.seconds if lag else float("inf")

        def fits(message: Message) -> bool:
            return (
                not message.is_deleted
                and not message.is_carriers_own
                and message.created_at <= newest
                and wanted.to in {None, message.to}
                and wanted.sender in {None, message.sender}
                and days.hold(message.sent_at)
            )

        return fits

    async def _read_badly(self) -> Reply | None:
        faults = self.network.faults
        slow = faults.strikes(Knob.READ_SLOW)
        if slow:
            await asyncio.sleep(slow.seconds)
        error = faults.strikes(Knob.READ_ERROR)
        return error_reply(Refusal(20500, status=error.status)) if error else None

    async def _create_badly(self, text: NewText) -> Reply:
        to = parse_number(text.to) or text.to

        def strikes(knob: Knob) -> Setting | None:
            return self.network.faults.strikes(knob, to=to, sender=text.sender)

        reply = await _refuse_badly(strikes)
        if reply is not None:
            return reply
        late = strikes(Knob.ACCEPT_LATE)
        if late:
            await asyncio.sleep(late.seconds)
        message = self.accept(text)
        if strikes(Knob.CALLBACK_BEFORE_RESPONSE):
            await self.carrier.rush(message)
        return await self._answer_badly(message, strikes)

    async def _answer_badly(self, message: Message, strikes: Strike) -> Reply:
        if strikes(Knob.DROP_AFTER_ACCEPT):
            return ABORT
        error = strikes(Knob.ERROR_AFTER_ACCEPT)
        if error:
            return error_reply(Refusal(20500, status=error.status))
        for knob in (Knob.SLOW, Knob.HANG_AFTER_ACCEPT):
            wait = strikes(knob)
            if wait:
                await asyncio.sleep(wait.seconds)
        reply = json_reply(self.json(message), 201)
        if strikes(Knob.MALFORMED_JSON):
            return Reply(201, reply.body[: len(reply.body) // 2])
        return reply


async def _refuse_badly(strikes: Strike) -> Reply | None:
    """Faults that leave nothing accepted."""
    busy = strikes(Knob.TOO_MANY_REQUESTS)
    if busy:
        refused = error_reply(Refusal(20429))
        if busy.seconds:
            refused.headers.append((b"retry-after", str(int(busy.seconds)).encode()))
        return refused
    error = strikes(Knob.ERROR_BEFORE_ACCEPT)
    if error:
        return error_reply(Refusal(20500, status=error.status))
    if strikes(Knob.DROP_BEFORE_ACCEPT):
        return ABORT
    hang = strikes(Knob.HANG_BEFORE_ACCEPT)
    if hang:
        await asyncio.sleep(hang.seconds)
        return ABORT
    return None


def _new_text(form: Form) -> NewText:
    get = form.get
    return NewText(
        to=get("To").strip(),
        sender=get("From").strip(),
        service_sid=get("MessagingServiceSid"),
        body=get("Body"),
        media_urls=form.all("MediaUrl"),
        status_callback=get("StatusCallback"),
        validity=get("ValidityPeriod"),
        is_smartly_encoded=get("SmartEncoded").lower() == "true",
        is_scheduled=get("ScheduleType") == "fixed",
        send_at=get("SendAt"),
    )


def _filter(query: Form) -> Filter:
    to, sender = query.get("To"), query.get("From")
    return Filter(
        to=(parse_number(to) or to) if to else None,
        sender=(parse_number(sender) or sender) if sender else None,
    )
