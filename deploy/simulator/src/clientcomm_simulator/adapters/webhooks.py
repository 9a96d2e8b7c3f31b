"""Signed webhooks to the application, with the retries and the fallback that their URLs ask for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from clientcomm_simulator.application.ports import Answer, Clock, Post
from clientcomm_simulator.domain.network import Alert, Network
from clientcomm_simulator.domain.overrides import ConnectionRules, Failure, parse_rules
from clientcomm_simulator.domain.signature import sign, signed_url

from .http_client import HttpClient, Target, target_of
from .http_connection import RequestFailedError

_BAD_REQUEST, _SERVER_ERROR = 400, 500
_NO_ANSWER = 11200
_PLAIN = (
    "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nX-Home-Region: us1\r\n"
    "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, for those who want to see what was called and what came back."""

    kind: str
    about: str
    status_told: str
    token: str
    number: int
    result: str
    at: float


@dataclass(slots=True)
class Counts:
    posts: int = 0
    attempts: int = 0
    answered: int = 0
    failed: int = 0
    under_way: int = 0


@dataclass(slots=True)
class SignedWebhooks:
    """`pause` is the time between two tries of the same request."""

    auth_token: str
    network: Network
    client: HttpClient
    clock: Clock
    pause: float = 0.1
    counts: Counts = field(default_factory=Counts)
    attempts: deque[Attempt] = field(default_factory=lambda: deque(maxlen=5000))

    async def deliver(self, post: Post) -> Answer:
        """Implements application.ports.Webhooks."""
        counts = self.counts
        counts.posts += 1
        counts.under_way += 1
        try:
            answer = await self._try(post, post.url)
            if not answer.is_success and post.fallback_url:
                answer = await self._try(post, post.fallback_url)
        finally:
            counts.under_way -= 1
        if answer.is_success:
            counts.answered += 1
        else:
            counts.failed += 1
            self.network.alerts.append(Alert(_NO_ANSWER, post.about, self.clock.now()))
        return answer

    async def _try(self, post: Post, url: str) -> Answer:
        """The request with its retries, all within the total time."""
        rules = parse_rules(url.partition("#")[2])
        loop = asyncio.get_running_loop()
        deadline = loop.time() + rules.total_timeout
        number = 1
        while True:
            answer = await self._attempt(post, url, rules, deadline - loop.time())
            self._note(post, number, answer)
            failure = answer.failure
            if failure is None or number > rules.retries or not rules.retries_after(failure):
                return answer
            if deadline - loop.time() <= self.pause:
                return answer
            await asyncio.sleep(self.pause)
            number += 1

    async def _attempt(self, post: Post, url: str, rules: ConnectionRules, left: float) -> Answer:
        self.counts.attempts += 1
        try:
            target = target_of(url)
        except ValueError:
            return Answer(None, failure=Failure.CONNECT)
        request = self._request(post, target)
        try:
            reply = await self.client.send(
                target,
                request,
                connect_timeout=min(rules.connect_timeout, left),
                read_timeout=min(rules.read_timeout, left),
            )
        except RequestFailedError as error:
            # What came in part is not asked for again.
            failure = error.failure if error.was_silent else None
            return Answer(None, failure=failure)
        return Answer(reply.status, reply.body, _failure_of(reply.status))

    def _request(self, post: Post, target: Target) -> bytes:
        form = encode_form(post.parameters)
        token = self.auth_token if not post.is_wrongly_signed else f"not-{self.auth_token}"
        url, path = target.url, target.path
        head = f"{target.host_line}{_PLAIN}I-Twilio-Idempotency-Token: {post.token}\r\n"
        is_voice = post.kind == "voice"
        if post.method == "GET":
            question = "&" if "?" in url else "?"
            asked = signed_url(f"{url}{question}{form}", voice=is_voice)
            signature = sign(token, asked, {})
            return (
                f"GET {path}{question}{form} HTTP/1.1\r\n{head}"
                f"X-Twilio-Signature: {signature}\r\n\r\n"
            ).encode()
        signature = sign(token, signed_url(url, voice=is_voice), post.parameters)
        return (
            f"POST {path} HTTP/1.1\r\n{head}X-Twilio-Signature: {signature}\r\n"
            f"Content-Length: {len(form)}\r\n\r\n{form}"
        ).encode()

    def _note(self, post: Post, number: int, answer: Answer) -> None:
        result = str(answer.status or (answer.failure or "partial"))
        told = post.parameters.get("MessageStatus", "")
        self.attempts.append(
            Attempt(post.kind, post.about, told, post.token, number, result, self.clock.now())
        )


def encode_form(parameters: Mapping[str, str]) -> str:
    """The parameters as a form; the usual ones need no escaping and cost little."""
    return "&".join([f"{_escape(name)}={_escape(value)}" for name, value in parameters.items()])


def _escape(text: str) -> str:
    if text.isalnum() and text.isascii():
        return text
    if text[:1] == "+" and text[1:].isdigit():
        return "%2B" + text[1:]
    return quote_plus(text)


def _failure_of(status: int) -> Failure | None:
    if status >= _SERVER_ERROR:
        return Failure.SERVER_ERROR
    return Failure.CLIENT_ERROR if status >= _BAD_REQUEST else None
