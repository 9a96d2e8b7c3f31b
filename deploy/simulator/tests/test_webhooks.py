"""How webhooks are tried, retried and given up, as the fragment of their URL says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from deploy.simulator.tests.running import (
    OURS,
    Answer,
    Application,
    Hit,
    Simulator,
    until,
)


def send(simulator: Simulator, phone: str, url: str) -> str:
    message = simulator.client.messages.create(to=phone, from_=OURS, body="Hi", status_callback=url)
    return message.sid or ""


def attempts(simulator: Simulator, sid: str) -> list[tuple[str, str]]:
    found = simulator.get("/simulator/callbacks", about=sid)["callbacks"]
    return [(attempt["status_told"], attempt["result"]) for attempt in found]


def failing(times: int, status: int) -> Answer:
    """Refuses the news that a text was sent so often; other news may overtake it."""
    left = [times]

    def answer(hit: Hit) -> tuple[int, bytes]:
        if hit.status != "sent":
            return 204, b""
        left[0] -= 1
        return (status, b"no") if left[0] >= 0 else (204, b"")

    return answer


def test_by_default_an_error_is_not_tried_again(
    simulator: Simulator, application: Application, phone: str
) -> None:
    application.answer = failing(1, 500)

    sid = send(simulator, phone, application.url)

    until(lambda: attempts(simulator, sid) == [("sent", "500"), ("delivered", "204")])


@pytest.mark.parametrize(
    ("fragment", "status", "failures", "tries"),
    [
        ("rc=5&rp=all", 500, 3, 4),
        ("rc=5&rp=5xx", 503, 2, 3),
        ("rc=2&rp=5xx", 500, 9, 3),
        ("rc=5&rp=4xx", 500, 1, 1),
        ("rc=5&rp=4xx,5xx", 404, 1, 2),
        ("rc=0&rp=all", 500, 1, 1),
        ("rc=9&rp=all", 500, 9, 2),
        ("rc=1&rp=nonsense", 500, 1, 1),
    ],
)
def test_fragment_decides_on_retries_and_they_share_a_token(
    simulator: Simulator,
    application: Application,
    phone: str,
    fragment: str,
    status: int,
    failures: int,
    tries: int,
) -> None:
    application.answer = failing(failures, status)

    sid = send(simulator, phone, f"{application.url}/x#{fragment}")

    def told() -> list[Hit]:
        return [hit for hit in application.about(sid) if hit.status == "sent"]

    until(lambda: len(told()) >= tries and "delivered" in application.statuses(sid))
    first = told()
    assert len(first) == tries
    assert len({hit.token for hit in first}) == 1
    assert all(hit.is_signed for hit in first)


def test_slow_answer_is_given_up_by_the_read_timeout(
    simulator: Simulator, application: Application, phone: str
) -> None:
    application.delay = 5.0

    sid = send(simulator, phone, f"{application.url}/x#rc=1&rp=rt&rt=100")

    until(lambda: len(attempts(simulator, sid)) == 4)
    assert {result for _, result in attempts(simulator, sid)} == {"rt"}


def test_total_time_ends_the_retries(
    simulator: Simulator, application: Application, phone: str
) -> None:
    application.delay = 5.0

    sid = send(simulator, phone, f"{application.url}/x#rc=5&rp=all&rt=200&tt=500")

    until(lambda: "delivered" in [told for told, _ in attempts(simulator, sid)])
    assert 1 <= [told for told, _ in attempts(simulator, sid)].count("sent") <= 3


def test_refused_connection_is_tried_once_more_by_default(simulator: Simulator, phone: str) -> None:
    sid = send(simulator, phone, "http://127.0.0.1:1/x")

    until(lambda: attempts(simulator, sid) == [("sent", "ct")] * 2 + [("delivered", "ct")] * 2)
    assert sid in [alert["about"] for alert in simulator.get("/simulator/alerts")["alerts"]]


def test_connection_that_the_application_closed_meanwhile_is_opened_anew(
    start_simulator: Callable[..., Simulator], application: Application
) -> None:
    simulator = start_simulator()
    send(simulator, "+15551110001", application.url)
    until(lambda: len(application.hits) == 2)
    application.stop()
    application.start()

    sid = send(simulator, "+15551110002", application.url)

    until(lambda: application.statuses(sid) == ["sent", "delivered"])
    application.stop()
    application.start()


def test_credentials_in_the_url_are_sent_and_not_signed(
    simulator: Simulator, application: Application, phone: str
) -> None:
    url = application.url.replace("http://", "http://user:secret@")

    sid = send(simulator, phone, f"{url}/x")

    until(lambda: application.statuses(sid) == ["sent", "delivered"])
    assert application.hits[0].headers["authorization"] == "Basic dXNlcjpzZWNyZXQ="
    assert application.hits[0].is_signed


def test_inbound_falls_back_to_the_second_url(
    simulator: Simulator, application: Application, phone: str
) -> None:
    numbers = simulator.client.incoming_phone_numbers
    ours = numbers.list(phone_number=OURS)[0]
    usual = ours.sms_url or ""
    assert usual == f"{application.url}/webhooks/twilio/message#rc=5&rp=all"
    numbers(ours.sid or "").update(
        sms_url=f"{application.url}/first", sms_fallback_url=f"{application.url}/second"
    )
    application.answer = lambda hit: (500, b"") if hit.path == "/first" else (204, b"")
    try:
        entry = simulator.inbound(phone, "Hello")
    finally:
        numbers(ours.sid or "").update(sms_url=usual, sms_fallback_url="")

    assert [hit.path for hit in application.hits] == ["/first", "/second"]
    assert entry["webhook_status"] == 204
