"""A telephone rings: the application is asked what to do, and its answer is reported."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from clientcomm_simulator.domain import numbers
from clientcomm_simulator.domain.calls import Call, CallStatus
from clientcomm_simulator.domain.identifiers import new_sid
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal
from clientcomm_simulator.domain.twiml import NotTwiml, Verb, parse_twiml

from .ports import Answer, Clock, Journal, Post, Timeline, Webhooks
from .records import call_record

_UNREACHABLE = 11200


@dataclass(frozen=True, slots=True)
class CallReport:
    """What came of a call; `error_code` is the carrier's for a bad answer, 0 without."""

    call: Call
    answer_status: int | None
    twiml: str
    verbs: tuple[Verb, ...]
    error_code: int


@dataclass(frozen=True, slots=True)
class PlaceCall:
    network: Network
    webhooks: Webhooks
    clock: Clock
    timeline: Timeline
    journal: Journal

    async def inbound(self, sender: str, to: str) -> CallReport:
        """A phone calls one of our numbers; raises Refusal if it is not ours."""
        line = self.network.senders.find(to)
        if line is None:
            raise Refusal(20404, to)
        call = self._begin(sender, to, "inbound", CallStatus.RINGING)
        lines = line.lines
        return await self._ask(
            call, lines.voice_url, lines.voice_method, lines.voice_fallback_url or None
        )

    def outbound(self, *, to: str, sender: str, url: str, status_callback: str) -> Call:
        """The application calls a phone; the call goes on after the answer to the request."""
        target, caller = numbers.recipient(to), numbers.sender(sender)
        if self.network.senders.find(caller) is None:
            raise Refusal(21606, caller)
        call = self._begin(caller, target, "outbound-api", CallStatus.QUEUED)
        call.status_callback = status_callback or None
        if url:
            self.timeline.spawn(self._carry(call, url))
        else:
            self._move(call, CallStatus.COMPLETED)
        return call

    def hang_up(self, call: Call, status: CallStatus) -> None:
        if not call.is_final:
            self._move(call, status)

    async def _carry(self, call: Call, url: str) -> None:
        await self._ask(call, url, "POST", None)
        if call.status_callback:
            await self.webhooks.deliver(self._post(call, call.status_callback, "POST", None))

    async def _ask(self, call: Call, url: str, method: str, fallback: str | None) -> CallReport:
        if not url:
            self._move(call, CallStatus.FAILED)
            return CallReport(call, None, "", (), _UNREACHABLE)
        answer = await self.webhooks.deliver(self._post(call, url, method, fallback))
        report = _report(call, answer)
        rejected = any(verb.name == "Reject" for verb in report.verbs)
        if report.error_code:
            self._move(call, CallStatus.FAILED)
        else:
            self._move(call, CallStatus.BUSY if rejected else CallStatus.COMPLETED)
        return report

    def _post(self, call: Call, url: str, method: str, fallback: str | None) -> Post:
        parameters = {
            "AccountSid": self.network.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": call.status.value,
            "Called": call.to,
            "Caller": call.sender,
            "Direction": call.direction,
            "From": call.sender,
            "To": call.to,
        }
        token = str(uuid.uuid4())
        return Post("voice", call.sid, url, parameters, token, method, fallback)

    def _begin(self, sender: str, to: str, direction: str, status: CallStatus) -> Call:
        now = self.clock.now()
        call = Call(new_sid("CA"), sender, to, direction, status, now, now)
        self.network.calls[call.sid] = call
        self.journal.write(call_record(call))
        return call

    def _move(self, call: Call, status: CallStatus) -> None:
        call.status, call.updated_at = status, self.clock.now()
        self.journal.write(call_record(call))


def _report(call: Call, answer: Answer) -> CallReport:
    text = answer.body.decode(errors="replace")
    if not answer.is_success:
        return CallReport(call, answer.status, text, (), _UNREACHABLE)
    try:
        return CallReport(call, answer.status, text, parse_twiml(answer.body), 0)
    except NotTwiml as problem:
        return CallReport(call, answer.status, text, (), problem.code)
