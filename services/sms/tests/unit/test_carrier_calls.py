"""The official client through our HTTP client, against a misbehaving server (research §0)."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest

from clientcomm_sms.adapters import carrier_http
from clientcomm_sms.adapters.twilio_carrier import TwilioCarrier
from clientcomm_sms.domain.carrier import (
    Accepted,
    Ambiguous,
    CarrierAway,
    NotTaken,
    Outcome,
    Rejected,
)
from clientcomm_sms.domain.texts import Attempt

ACCOUNT = "AC" + "a1" * 16
CREATED = "Mon, 01 Jun 2026 12:00:00 +0000"


class Server:
    """Answers every request by the next prepared answer; None drops the connection."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes] | None] = []
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []
        self.connections: set[tuple[str, int]] = set()
        self.closes = False


@contextmanager
def serving(server: Server) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            fields = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            server.requests.append((self.command, self.path, fields))
            server.connections.add(self.client_address)
            answer = server.answers.pop(0)
            if answer is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if server.closes:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the server looks for this name

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()


@contextmanager
def a_carrier(url: str) -> Iterator[TwilioCarrier]:
    carrier = TwilioCarrier(
        account_sid=ACCOUNT,
        auth_token="secret",
        api_url=url,
        status_url=lambda attempt: f"http://sms.example.org/{attempt.token.hex}#rc=5&rp=all",
        media_url=lambda key: f"http://sms.example.org/media/{key}",
    )
    yield carrier
    carrier.close()


def an_attempt(
    body: str = "hello", *, media: tuple[str, ...] = (), validity: int | None = None
) -> Attempt:
    return Attempt(
        token=UUID(int=5),
        message_id=uuid4(),
        number_from="+15005550006",
        number_to="+15125550101",
        body=body,
        body_hash=b"",
        media_keys=media,
        validity_seconds=validity,
        tries=1,
    )


def a_message(sid: str = "SM1", **more: object) -> dict[str, object]:
    return {
        "sid": sid, "status": "queued", "num_segments": "1", "direction": "outbound-api",
        "from": "+15005550006", "to": "+15125550101", "body": "hello", "error_code": None,
        "date_created": CREATED, "num_media": "0", **more,
    }  # fmt: skip


def as_json(content: object) -> bytes:
    return json.dumps(content).encode()


def refusal(status: int, code: int | None) -> tuple[int, bytes]:
    return status, as_json({"code": code, "message": "no", "more_info": "", "status": status})


def submit(*answers: tuple[int, bytes] | None, attempt: Attempt | None = None) -> tuple[
    Outcome, Server
]:  # fmt: skip
    server = Server()
    server.answers = list(answers)
    with serving(server) as url, a_carrier(url) as carrier:
        return carrier.submit(attempt or an_attempt()), server


def test_a_201_is_accepted_with_its_sid() -> None:
    outcome, server = submit((201, as_json(a_message())))

    assert outcome == Accepted("SM1", "queued", 1)
    ((method, path, fields),) = server.requests
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert fields["StatusCallback"] == [f"http://sms.example.org/{UUID(int=5).hex}#rc=5&rp=all"]
    assert "ValidityPeriod" not in fields


def test_validity_and_pictures_are_passed_on() -> None:
    attempt = an_attempt("", media=("a", "b"), validity=600)

    _, server = submit((201, as_json(a_message())), attempt=attempt)

    fields = server.requests[0][2]
    assert fields["ValidityPeriod"] == ["600"]
    assert fields["MediaUrl"] == [f"http://sms.example.org/media/{key}" for key in "ab"]
    assert "Body" not in fields


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(400, 21610), Rejected("21610")),
        (refusal(400, 21211), Rejected("21211")),
        (refusal(401, 20003), Rejected("20003")),
        (refusal(429, 20429), NotTaken("20429")),
        ((429, b"slow down"), NotTaken("20429")),
        (refusal(500, 20500), Ambiguous("http_500")),
        (refusal(503, None), Ambiguous("http_503")),
        ((404, b"<html>a proxy's page</html>"), Ambiguous("http_404")),
        ((302, b""), Ambiguous("http_302")),
        ((201, b"{not json"), Ambiguous("unreadable_answer")),
        ((201, b"{}"), Ambiguous("unreadable_answer")),
        ((201, as_json(a_message(date_created="nonsense"))), Accepted("SM1", "queued", 1)),
        (None, Ambiguous("no_answer")),
    ],
)
def test_each_answer_means_one_thing_and_nothing_is_posted_twice(
    answer: tuple[int, bytes] | None, expected: Outcome
) -> None:
    """The official asynchronous client posts three times on a 500 (research §0.3); ours once."""
    outcome, server = submit(answer, answer, answer)

    assert outcome == expected
    assert len(server.requests) == 1


def test_a_read_that_takes_too_long_is_ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official client's own default is to wait for ever (research §0.3)."""
    monkeypatch.setattr(carrier_http, "ANSWER_WITHIN", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with a_carrier(f"http://127.0.0.1:{silent.getsockname()[1]}") as carrier:
            assert carrier.submit(an_attempt()) == Ambiguous("no_answer")


def test_all_limits_together_stay_under_15_seconds() -> None:
    assert carrier_http.CONNECT_WITHIN + carrier_http.ANSWER_WITHIN <= 15


def test_one_connection_serves_many_calls() -> None:
    server = Server()
    server.answers = [(201, as_json(a_message()))] * 5
    with serving(server) as url, a_carrier(url) as carrier:
        for _ in range(5):
            carrier.submit(an_attempt())

    assert len(server.connections) == 1


def test_a_connection_that_the_carrier_closes_is_not_used_again() -> None:
    server = Server()
    server.closes = True
    server.answers = [(201, as_json(a_message()))] * 3
    with serving(server) as url, a_carrier(url) as carrier:
        outcomes = [carrier.submit(an_attempt()) for _ in range(3)]

    assert len(server.connections) == 3
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)


def test_a_connection_is_not_used_after_lying_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_http, "_IDLE_LIMIT", -1.0)
    monkeypatch.setattr(carrier_http, "_TRUSTED", -1.0)
    server = Server()
    server.answers = [(201, as_json(a_message()))] * 2
    with serving(server) as url, a_carrier(url) as carrier:
        carrier.submit(an_attempt())
        carrier.submit(an_attempt())

    assert len(server.connections) == 2


def test_the_list_is_read_page_by_page_without_a_date_and_only_as_far_as_needed() -> None:
    """Unsent texts have no DateSent, and its filter knows only days (research §1.13)."""
    recent = a_message("SM2", date_created="Mon, 01 Jun 2026 12:00:05 +0000")
    page = {"page": 0, "page_size": 1, "uri": "", "start": 0, "end": 0}
    second = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1&PageToken=abc"
    server = Server()
    server.answers = [
        (200, as_json({**page, "messages": [recent], "next_page_uri": second})),
        (200, as_json({**page, "messages": [a_message("SM1")], "next_page_uri": second})),
    ]
    since = datetime(2026, 6, 1, 12, 0, 3, tzinfo=UTC)
    with serving(server) as url, a_carrier(url) as carrier:
        found = carrier.list_between(
            number_from="+15005550006", number_to="+15125550101", since=since
        )

    assert [text.sid for text in found] == ["SM2"]
    assert found[0].date_created - since == timedelta(seconds=2)
    first, then = (path for _, path, _ in server.requests)
    assert "DateSent" not in first
    assert "To=%2B15125550101" in first
    assert then.endswith("Page=1&PageToken=abc")


def test_a_carrier_whose_clock_is_behind_is_read_by_our_clock() -> None:
    theirs = datetime.now(UTC) - timedelta(minutes=5)
    made = a_message(date_created=format_datetime(theirs))
    page = {"page": 0, "page_size": 1, "uri": "", "start": 0, "end": 0, "next_page_uri": None}
    server = Server()
    server.answers = [(201, as_json(made)), (200, as_json({**page, "messages": [made]}))]
    began = datetime.now(UTC) - timedelta(seconds=2)
    with serving(server) as url, a_carrier(url) as carrier:
        carrier.submit(an_attempt())
        found = carrier.list_between(number_from=None, number_to=None, since=began)

    assert [text.sid for text in found] == ["SM1"]
    assert abs(found[0].date_created - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_text_that_the_carrier_does_not_know_is_none() -> None:
    server = Server()
    server.answers = [refusal(404, 20404)]
    with serving(server) as url, a_carrier(url) as carrier:
        assert carrier.look_up("SM1") is None


def test_a_question_without_an_answer_is_away_not_no() -> None:
    server = Server()
    server.answers = [refusal(500, 20500), None]
    with serving(server) as url, a_carrier(url) as carrier:
        with pytest.raises(CarrierAway):
            carrier.look_up("SM1")
        with pytest.raises(CarrierAway):
            carrier.look_up("SM1")
