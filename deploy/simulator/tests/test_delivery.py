"""From accepted to the receipt: states, callbacks, rates, validity, opt-outs of services."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from deploy.simulator.tests.running import (
    ACCOUNT,
    OTHER,
    OURS,
    Application,
    Simulator,
    instant,
    until,
)
from twilio.base.exceptions import TwilioRestException
from twilio.rest.messaging.v1.service import ServiceInstance

Start = Callable[..., Simulator]


def test_callbacks_tell_sent_then_delivered_signed_and_never_the_first_state(
    simulator: Simulator, application: Application, phone: str
) -> None:
    url = f"{application.url}/status/abc?x=1#rc=5&rp=all"
    sid = simulator.client.messages.create(to=phone, from_=OURS, body="Hi", status_callback=url).sid

    until(lambda: len(application.about(sid or "")) == 2)

    sent, delivered = application.about(sid or "")
    assert (sent.status, delivered.status) == ("sent", "delivered")
    assert sent.path == "/status/abc?x=1"
    assert sent.is_signed
    assert delivered.is_signed
    assert sent.form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": OURS,
        "MessageSid": sid,
        "MessageStatus": "sent",
        "SmsSid": sid,
        "SmsStatus": "sent",
        "To": phone,
    }
    assert len(delivered.form["RawDlrDoneDate"]) == 10
    assert sent.token != delivered.token
    assert sent.headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_setting_adds_the_states_in_between(
    start_simulator: Start, application: Application
) -> None:
    simulator = start_simulator(SIMULATOR_ALL_CALLBACKS="1")

    sid = simulator.client.messages.create(
        to="+15551110001", from_=OURS, body="Hi", status_callback=application.url
    ).sid

    until(lambda: application.statuses(sid or "") == ["sending", "sent", "delivered"])


@pytest.mark.parametrize(
    ("number", "statuses", "code"),
    [
        ("+15005530003", ["sent", "undelivered"], 30003),
        ("+15005530005", ["sent", "undelivered"], 30005),
        ("+15005530006", ["sent", "undelivered"], 30006),
        ("+15005530007", ["sent", "undelivered"], 30007),
        ("+15005530008", ["sent", "undelivered"], 30008),
        ("+15005530034", ["sent", "undelivered"], 30034),
        ("+15005530001", ["failed"], 30001),
        ("+15005530036", ["failed"], 30036),
    ],
)
def test_magic_numbers_fail_after_acceptance(
    simulator: Simulator,
    application: Application,
    number: str,
    statuses: list[str],
    code: int,
) -> None:
    created = simulator.client.messages.create(
        to=number, from_=OURS, body="Hi", status_callback=application.url
    )
    sid = created.sid or ""

    until(lambda: application.statuses(sid) == statuses)

    assert application.about(sid)[-1].form["ErrorCode"] == str(code)
    fetched = simulator.client.messages(sid).fetch()
    assert (fetched.status, fetched.error_code) == (statuses[-1], code)
    assert fetched.error_message


def test_phone_can_be_set_to_fail_to_be_slow_or_to_stay_silent(
    simulator: Simulator, application: Application, phone: str
) -> None:
    def send() -> str:
        message = simulator.client.messages.create(
            to=phone, from_=OURS, body="Hi", status_callback=application.url
        )
        return message.sid or ""

    simulator.put(f"/simulator/phones/{phone}", {"delivery": 30007, "line_type": "landline"})
    filtered = send()
    until(lambda: application.statuses(filtered) == ["sent", "undelivered"])
    looked_up = simulator.client.lookups.v2.phone_numbers(phone).fetch(
        fields="line_type_intelligence"
    )
    simulator.put(f"/simulator/phones/{phone}", {"delivery": "none"})
    silent = send()
    until(lambda: application.statuses(silent) == ["sent"])
    simulator.put(f"/simulator/phones/{phone}", {"delay_seconds": 0.4})
    slow = send()
    until(lambda: application.statuses(slow) == ["sent", "delivered"])
    entry = simulator.get(f"/simulator/messages/{slow}")

    assert looked_up.line_type_intelligence["type"] == "landline"
    assert instant(entry["delivered_at"]) - instant(entry["sent_at"]) > 0.39
    assert application.statuses(silent) == ["sent"]
    assert simulator.get(f"/simulator/phones/{phone}")["delay_seconds"] == 0.4
    assert simulator.delete(f"/simulator/phones/{phone}")["delivery"] == "delivered"


def test_number_sends_at_its_rate_in_segments_and_in_order(start_simulator: Start) -> None:
    simulator = start_simulator(SIMULATOR_RATE="20")
    client = simulator.client
    bodies = [("x" * 161) + str(n) for n in range(5)]
    for body in bodies:
        client.messages.create(to="+15551110001", from_=OURS, body=body)

    def all_delivered() -> bool:
        return all(entry["status"] == "delivered" for entry in simulator.ledger())

    until(all_delivered)
    entries = simulator.ledger()
    assert [entry["body"] for entry in entries] == bodies
    assert [e["sent_at"] for e in entries] == sorted(e["sent_at"] for e in entries)
    assert instant(entries[-1]["sent_at"]) - instant(entries[0]["created_at"]) > 0.39


def test_text_that_waits_longer_than_its_validity_expires(
    start_simulator: Start, application: Application
) -> None:
    simulator = start_simulator(SIMULATOR_RATE="0.2")
    client = simulator.client
    client.messages.create(to="+15551110001", from_=OURS, body="first")

    late = client.messages.create(
        to="+15551110001",
        from_=OURS,
        body="second",
        validity_period=1,
        status_callback=application.url,
    )

    until(lambda: application.statuses(late.sid or "") == ["failed"])
    assert application.about(late.sid or "")[0].form["ErrorCode"] == "30036"


def test_queue_of_ten_hours_is_full(start_simulator: Start) -> None:
    simulator = start_simulator(SIMULATOR_RATE="0.0001")
    for _ in range(4):
        simulator.client.messages.create(to="+15551110001", from_=OURS, body="Hi")

    with pytest.raises(TwilioRestException) as full:
        simulator.client.messages.create(to="+15551110001", from_=OURS, body="Hi")

    assert full.value.code == 21611
    assert len(simulator.ledger()) == 4


def test_messaging_service_accepts_chooses_a_number_and_reports(
    simulator: Simulator, application: Application, phone: str
) -> None:
    service = _service(simulator, status_callback=application.url)
    try:
        created = simulator.client.messages.create(
            to=phone, messaging_service_sid=service.sid, body="It\u2019s"
        )
        sid = created.sid or ""
        until(lambda: application.statuses(sid) == ["sent", "delivered"])

        assert (created.status, created.from_, created.num_segments) == ("accepted", None, "0")
        assert created.body == "It's"
        fetched = simulator.client.messages(sid).fetch()
        assert (fetched.from_, fetched.num_segments) == (OTHER, "1")
        assert application.about(sid)[0].form["MessagingServiceSid"] == service.sid
        assert [m.sid for m in simulator.client.messages.list(from_=OTHER, to=phone)] == [sid]
    finally:
        service.delete()


def test_scheduled_message_waits_and_can_be_canceled(
    simulator: Simulator, application: Application, phone: str
) -> None:
    service = _service(simulator)
    try:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1200))
        created = simulator.client.messages.create(
            to=phone,
            messaging_service_sid=service.sid,
            body="Later",
            schedule_type="fixed",
            send_at=moment,
            status_callback=application.url,
        )
        sid = created.sid or ""
        canceled = simulator.client.messages(sid).update(status="canceled")

        assert (created.status, canceled.status) == ("scheduled", "canceled")
        until(lambda: application.statuses(sid) == ["canceled"])
        with pytest.raises(TwilioRestException) as twice:
            simulator.client.messages(sid).update(status="canceled")
        assert (twice.value.code, twice.value.status) == (30409, 409)
        with pytest.raises(TwilioRestException) as soon:
            simulator.client.messages.create(
                to=phone,
                messaging_service_sid=service.sid,
                body="Now",
                schedule_type="fixed",
                send_at="2020-01-01T00:00:00Z",
            )
        assert soon.value.code == 35114
    finally:
        service.delete()


def test_service_without_numbers_cannot_send(simulator: Simulator, phone: str) -> None:
    service = simulator.client.messaging.v1.services.create(friendly_name="Empty")

    with pytest.raises(TwilioRestException) as refused:
        simulator.client.messages.create(to=phone, messaging_service_sid=service.sid, body="Hi")

    assert refused.value.code == 21703
    assert service.delete()


def _service(simulator: Simulator, *, status_callback: str = "") -> ServiceInstance:
    services = simulator.client.messaging.v1.services
    service = services.create(friendly_name="Texts", status_callback=status_callback)
    number = simulator.client.incoming_phone_numbers.list(phone_number=OTHER)[0]
    services(service.sid or "").phone_numbers.create(phone_number_sid=number.sid or "")
    return service
