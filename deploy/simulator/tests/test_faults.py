"""Each knob does what it says, and only what it says."""

from __future__ import annotations

import base64
import json
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest
from deploy.simulator.tests.running import (
    ACCOUNT,
    OURS,
    Application,
    Simulator,
    instant,
    until,
)

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def post(simulator: Simulator, phone: str, **more: Any) -> httpx2.Response:
    form = {"To": phone, "From": OURS, "Body": "Hello", **more}
    return simulator.raw("POST", MESSAGES, data=form)


def create(simulator: Simulator, phone: str, application: Application) -> str:
    sid: str = post(simulator, phone, StatusCallback=application.url).json()["sid"]
    return sid


def test_too_many_requests_is_never_processed(simulator: Simulator, phone: str) -> None:
    simulator.break_it(too_many_requests={"count": 1, "seconds": 3})

    answer = post(simulator, phone)

    assert (answer.status_code, answer.json()["code"]) == (429, 20429)
    assert answer.headers["retry-after"] == "3"
    assert simulator.ledger(to=phone) == []
    assert post(simulator, phone).status_code == 201


@pytest.mark.parametrize(
    ("knob", "accepted"), [("error_before_accept", 0), ("error_after_accept", 1)]
)
def test_server_error_before_and_after_acceptance(
    simulator: Simulator, phone: str, knob: str, accepted: int
) -> None:
    simulator.break_it(**{knob: {"status": 503}})

    answer = post(simulator, phone)

    assert (answer.status_code, answer.json()["code"]) == (503, 20500)
    assert len(simulator.ledger(to=phone)) == accepted


@pytest.mark.parametrize(
    ("knob", "accepted"), [("drop_before_accept", 0), ("drop_after_accept", 1)]
)
def test_connection_breaks_without_an_answer(
    simulator: Simulator, phone: str, knob: str, accepted: int
) -> None:
    simulator.break_it(**{knob: True})

    with pytest.raises(httpx2.TransportError):
        post(simulator, phone)

    assert len(simulator.ledger(to=phone)) == accepted


def give_up_soon(simulator: Simulator, phone: str) -> float:
    """A client that does not wait for the answer; when it began."""
    began = time.time()
    with pytest.raises(httpx2.TimeoutException):
        httpx2.post(
            f"{simulator.url}{MESSAGES}",
            data={"To": phone, "From": OURS, "Body": "Hello"},
            auth=simulator.client.auth,
            timeout=0.3,
        )
    return began


def test_after_the_client_gave_up_nothing_is_accepted(simulator: Simulator, phone: str) -> None:
    simulator.break_it(hang_before_accept={"seconds": 2.0})

    give_up_soon(simulator, phone)
    time.sleep(2.0)

    assert simulator.ledger(to=phone) == []


@pytest.mark.parametrize(
    ("knob", "seconds", "is_late"), [("hang_after_accept", 5.0, False), ("accept_late", 2.0, True)]
)
def test_what_the_client_gave_up_is_accepted_before_or_after_it_did(
    simulator: Simulator, phone: str, knob: str, seconds: float, is_late: bool
) -> None:
    simulator.break_it(**{knob: {"seconds": seconds}})

    began = give_up_soon(simulator, phone)

    (entry,) = until(lambda: simulator.ledger(to=phone))
    assert (instant(entry["created_at"]) - began > seconds - 0.01) is is_late


def test_slow_answer_is_still_an_answer(simulator: Simulator, phone: str) -> None:
    simulator.break_it(slow={"seconds": 0.3})
    began = time.monotonic()

    assert post(simulator, phone).status_code == 201
    assert time.monotonic() - began > 0.3


def test_malformed_answer_of_an_accepted_message(simulator: Simulator, phone: str) -> None:
    simulator.break_it(malformed_json=True)

    answer = post(simulator, phone)

    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(simulator.ledger(to=phone)) == 1


def test_reading_fails_or_is_slow(simulator: Simulator, phone: str) -> None:
    sid = post(simulator, phone).json()["sid"]
    simulator.break_it(read_error={"count": 2}, read_slow={"seconds": 0.2})
    began = time.monotonic()

    listing = simulator.raw("GET", MESSAGES)
    fetching = simulator.raw("GET", MESSAGES.replace(".json", f"/{sid}.json"))

    assert (listing.status_code, fetching.status_code) == (500, 500)
    assert time.monotonic() - began > 0.4
    assert simulator.raw("GET", MESSAGES).status_code == 200


def test_list_does_not_know_the_newest_yet(simulator: Simulator, phone: str) -> None:
    simulator.break_it(list_lag={"seconds": 600})

    sid = post(simulator, phone).json()["sid"]

    assert simulator.client.messages.list(to=phone) == []
    assert simulator.client.messages(sid).fetch().sid == sid
    simulator.break_it(list_lag={"seconds": 0.5})
    until(lambda: [m.sid for m in simulator.client.messages.list(to=phone)] == [sid])


def test_callbacks_come_twice(simulator: Simulator, application: Application, phone: str) -> None:
    simulator.break_it(callback_twice={"copies": 3})

    sid = create(simulator, phone, application)

    until(lambda: application.statuses(sid) == ["sent"] * 3 + ["delivered"] * 3)
    assert len({hit.token for hit in application.about(sid)}) == 2


def test_callbacks_come_reversed(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(callback_reversed=True)

    sid = create(simulator, phone, application)

    until(lambda: application.statuses(sid) == ["delivered", "sent"])


def test_callbacks_are_lost(simulator: Simulator, application: Application, phone: str) -> None:
    simulator.break_it(callback_lost={"count": 1})

    sid = create(simulator, phone, application)

    until(lambda: application.statuses(sid) == ["delivered"])


def test_callback_comes_late_and_so_out_of_order(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(callback_late={"count": 1, "seconds": 0.4})

    sid = create(simulator, phone, application)

    until(lambda: application.statuses(sid) == ["delivered", "sent"])


def test_callback_comes_before_the_response(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(callback_before_response=True)
    application.delay = 0.2

    answered = post(simulator, phone, StatusCallback=application.url)
    told_before = application.statuses(answered.json()["sid"])

    assert told_before[0] == "sent"
    until(lambda: application.statuses(answered.json()["sid"]) == ["sent", "delivered"])


def test_callback_can_be_wrongly_signed_or_hold_unknown_fields(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(callback_wrong_signature={"count": 1}, callback_unknown_fields={"count": 1})

    sid = create(simulator, phone, application)

    until(lambda: application.statuses(sid) == ["sent", "delivered"])
    forged, genuine = application.about(sid)
    assert (forged.is_signed, genuine.is_signed) == (False, True)
    assert len(forged.form) > len(genuine.form)


def test_unknown_fields_are_signed(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(callback_unknown_fields=True, inbound_unknown_fields=True)

    sid = create(simulator, phone, application)
    entry = simulator.inbound(phone, "Hi")

    until(lambda: len(application.about(sid)) == 2)
    hits = application.about(sid) + application.about(entry["sid"])
    assert all(hit.is_signed for hit in hits)
    assert any("☂" in value for value in hits[-1].form.values())


def test_inbound_comes_twice_late_forged_or_never(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(inbound_twice=True)
    twice = simulator.inbound(phone, "one")
    simulator.break_it(inbound_wrong_signature=True)
    forged = simulator.inbound(phone, "two")
    simulator.break_it(inbound_lost=True)
    lost = simulator.inbound(phone, "three")
    simulator.break_it(inbound_late={"seconds": 0.2})
    began = time.monotonic()
    late = simulator.inbound(phone, "four")

    tokens = [hit.token for hit in application.about(twice["sid"])]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert not application.about(forged["sid"])[0].is_signed
    assert until(lambda: application.about(late["sid"]))[0].at - began > 0.2
    assert application.about(lost["sid"]) == []
    listed = simulator.client.messages.list(to=OURS, from_=phone)
    assert lost["sid"] in [message.sid for message in listed]


def test_some_texts_are_not_delivered(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.break_it(undelivered={"code": 30008, "to": phone})

    sid = create(simulator, phone, application)
    other = create(simulator, "+15551999999", application)

    until(lambda: application.statuses(sid) == ["sent", "undelivered"])
    until(lambda: application.statuses(other) == ["sent", "delivered"])


def test_media_is_missing_slow_huge_or_elsewhere(simulator: Simulator, phone: str) -> None:
    content = base64.b64encode(b"picture").decode()
    entry = simulator.inbound(phone, "", media=[{"base64": content}])
    path = f"{MESSAGES.removesuffix('.json')}/{entry['sid']}/Media/{entry['media'][0]}"

    simulator.break_it(media_missing=True)
    assert simulator.raw("GET", path).status_code == 404
    simulator.break_it(media_slow={"seconds": 0.2})
    began = time.monotonic()
    assert simulator.raw("GET", path).content == b"picture"
    assert time.monotonic() - began > 0.2
    simulator.break_it(media_huge={"size": 7_000_000})
    assert len(simulator.raw("GET", path).content) == 7_000_000
    simulator.break_it(media_redirect=True)
    moved = simulator.raw("GET", path)
    assert moved.status_code == 307
    there = moved.headers["location"].removeprefix(simulator.url)
    assert simulator.raw("GET", there, auth=None).content == b"picture"
    simulator.break_it(media_redirect={"location": "http://169.254.169.254/x"})
    assert simulator.raw("GET", path).headers["location"] == "http://169.254.169.254/x"


def test_clock_is_skewed(simulator: Simulator, phone: str) -> None:
    simulator.break_it(clock_skew={"seconds": -600})

    created = parsedate_to_datetime(post(simulator, phone).json()["date_created"])

    assert 590 < time.time() - created.timestamp() < 610


def test_chance_is_the_same_for_the_same_seed(simulator: Simulator, phone: str) -> None:
    def run(seed: int) -> list[int]:
        faults = {"seed": seed, "faults": {"too_many_requests": 0.5}}
        simulator.put("/simulator/faults", faults)
        return [post(simulator, phone).status_code for _ in range(24)]

    first, again, other = run(1), run(1), run(2)

    assert first == again
    assert first != other
    assert set(first) == {201, 429}


def test_knobs_can_be_read_and_cleared(simulator: Simulator, phone: str) -> None:
    simulator.put("/simulator/faults", {"seed": 7, "faults": {"slow": {"seconds": 0, "count": 5}}})
    post(simulator, phone)

    state = simulator.get("/simulator/faults")
    cleared = simulator.delete("/simulator/faults")

    assert state["seed"] == 7
    assert state["faults"]["slow"]["count"] == 5
    assert state["struck"] == {"slow": 1}
    assert "callback_lost" in state["available"]
    assert cleared["faults"] == {}


@pytest.mark.parametrize(
    "content",
    [
        {"faults": {"no_such_knob": True}},
        {"faults": {"slow": {"probability": 2}}},
        {"faults": {"slow": {"surprise": 1}}},
        {"surprise": True},
    ],
)
def test_unknown_knobs_are_refused(simulator: Simulator, content: dict[str, object]) -> None:
    assert simulator.raw("PUT", "/simulator/faults", json=content).status_code == 400
