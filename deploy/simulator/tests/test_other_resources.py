"""Numbers, services, calls, lookups: as much of them as the official client needs."""

from __future__ import annotations

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

NUMBER_FIELDS = {
    "account_sid",
    "address_requirements",
    "address_sid",
    "api_version",
    "beta",
    "bundle_sid",
    "capabilities",
    "date_created",
    "date_updated",
    "emergency_address_sid",
    "emergency_address_status",
    "emergency_status",
    "friendly_name",
    "identity_sid",
    "origin",
    "phone_number",
    "sid",
    "sms_application_sid",
    "sms_fallback_method",
    "sms_fallback_url",
    "sms_method",
    "sms_url",
    "status",
    "status_callback",
    "status_callback_method",
    "trunk_sid",
    "type",
    "uri",
    "voice_application_sid",
    "voice_caller_id_lookup",
    "voice_fallback_method",
    "voice_fallback_url",
    "voice_method",
    "voice_receive_mode",
    "voice_url",
}


def test_numbers_are_listed_found_and_changed(
    simulator: Simulator, application: Application
) -> None:
    numbers = simulator.client.incoming_phone_numbers

    listed = numbers.list(page_size=1)
    found = numbers.list(phone_number=OTHER)[0]
    changed = numbers(found.sid or "").update(friendly_name="The other one")

    assert [number.phone_number for number in listed] == [OURS, OTHER]
    assert found.voice_url == f"{application.url}/webhooks/twilio/voice"
    assert changed.friendly_name == "The other one"
    assert numbers(found.sid or "").fetch().friendly_name == "The other one"
    path = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers/{found.sid}.json"
    assert set(simulator.raw("GET", path).json()) == NUMBER_FIELDS


def test_number_can_be_bought_once(simulator: Simulator) -> None:
    numbers = simulator.client.incoming_phone_numbers

    bought = numbers.create(phone_number="+15557770001", friendly_name="New")
    with pytest.raises(TwilioRestException) as again:
        numbers.create(phone_number="+15557770001")
    with pytest.raises(TwilioRestException) as none:
        numbers.create(phone_number="nothing")
    with pytest.raises(TwilioRestException) as unknown:
        numbers("PN" + "0" * 32).fetch()

    assert bought.friendly_name == "New"
    assert (again.value.code, none.value.code, unknown.value.code) == (21422, 21421, 20404)


def test_rate_of_a_number_can_be_set(simulator: Simulator) -> None:
    found = simulator.put(f"/simulator/numbers/{OTHER}", {"rate": 3})["numbers"]
    simulator.put(f"/simulator/numbers/{OTHER}", {"rate": 2000})

    assert next(number["rate"] for number in found if number["number"] == OTHER) == 3


def test_services_and_their_numbers(simulator: Simulator) -> None:
    services = simulator.client.messaging.v1.services
    service = services.create(friendly_name="One", validity_period=600, smart_encoding=False)
    sid = service.sid or ""
    number = simulator.client.incoming_phone_numbers.list(phone_number=OTHER)[0]
    added = services(sid).phone_numbers.create(phone_number_sid=number.sid or "")
    with pytest.raises(TwilioRestException) as twice:
        services(sid).phone_numbers.create(phone_number_sid=number.sid or "")

    assert (service.validity_period, service.smart_encoding) == (600, False)
    assert added.phone_number == OTHER
    assert twice.value.code == 21710
    assert services(sid).update(friendly_name="Two").friendly_name == "Two"
    assert sid in [item.sid for item in services.list(page_size=1)]
    assert services(sid).phone_numbers(number.sid or "").fetch().phone_number == OTHER
    assert services(sid).phone_numbers(number.sid or "").delete()
    with pytest.raises(TwilioRestException) as removed:
        services(sid).phone_numbers(number.sid or "").fetch()
    assert removed.value.status == 404
    assert services(sid).delete()
    with pytest.raises(TwilioRestException):
        services(sid).fetch()


def test_opt_out_holds_for_the_whole_service(simulator: Simulator, phone: str) -> None:
    services = simulator.client.messaging.v1.services
    service = services.create(friendly_name="Pool")
    for number in simulator.client.incoming_phone_numbers.list():
        if number.phone_number in {OURS, OTHER}:
            services(service.sid or "").phone_numbers.create(phone_number_sid=number.sid or "")
    try:
        simulator.inbound(phone, "stop")
        with pytest.raises(TwilioRestException) as refused:
            simulator.client.messages.create(to=phone, from_=OTHER, body="Hello")
        assert refused.value.code == 21610
    finally:
        service.delete()


def test_call_asks_the_application_and_reports_its_answer(
    simulator: Simulator, application: Application, phone: str
) -> None:
    answer = (
        b"<Response><Say>One moment</Say><Dial timeout='20'><Number>+15553334444</Number></Dial>"
        b"</Response>"
    )
    application.answer = lambda _: (200, answer)

    report = simulator.post("/simulator/call", {"from": phone, "to": OURS})

    (hit,) = application.hits
    assert hit.is_signed
    assert hit.path == "/webhooks/twilio/voice"
    assert (hit.form["CallStatus"], hit.form["Direction"]) == ("ringing", "inbound")
    assert (hit.form["From"], hit.form["To"], hit.form["CallSid"]) == (
        phone,
        OURS,
        report["call_sid"],
    )
    assert report["status"] == "completed"
    assert report["verbs"] == [
        {"verb": "Say", "text": "One moment"},
        {
            "verb": "Dial",
            "text": "",
            "attributes": {"timeout": "20"},
            "nouns": [{"verb": "Number", "text": "+15553334444"}],
        },
    ]
    assert simulator.client.calls(report["call_sid"]).fetch().direction == "inbound"


@pytest.mark.parametrize(
    ("status", "content", "result", "code"),
    [
        (200, b"<Response><Reject/></Response>", "busy", None),
        (500, b"", "failed", 11200),
        (200, b"hello", "failed", 12100),
    ],
)
def test_call_that_is_not_taken(
    simulator: Simulator,
    application: Application,
    phone: str,
    status: int,
    content: bytes,
    result: str,
    code: int | None,
) -> None:
    application.answer = lambda _: (status, content)

    report = simulator.post("/simulator/call", {"from": phone, "to": OURS})

    assert (report["status"], report["error_code"]) == (result, code)


def test_call_placed_by_the_application(
    simulator: Simulator, application: Application, phone: str
) -> None:
    calls = simulator.client.calls
    application.answer = lambda _: (200, b"<Response><Say>Hi</Say></Response>")

    placed = calls.create(
        to=phone,
        from_=OURS,
        url=f"{application.url}/twiml",
        status_callback=f"{application.url}/ended",
    )

    assert placed.status == "queued"
    until(lambda: [hit.path for hit in application.hits] == ["/twiml", "/ended"])
    assert calls(placed.sid or "").fetch().status == "completed"
    assert [call.sid for call in calls.list(to=phone)] == [placed.sid]
    with pytest.raises(TwilioRestException) as nowhere:
        calls.create(to=phone, from_=OURS)
    assert nowhere.value.code == 21205


def test_lookup_tells_what_a_number_is(simulator: Simulator) -> None:
    lookups = simulator.client.lookups.v2

    mobile = lookups.phone_numbers("+14155552671").fetch(fields="line_type_intelligence")
    landline = lookups.phone_numbers("+15005530006").fetch(fields="line_type_intelligence")
    nothing = lookups.phone_numbers("12").fetch()

    assert (mobile.valid, mobile.country_code, mobile.calling_country_code) == (True, "US", "1")
    assert mobile.national_format == "(415) 555-2671"
    assert mobile.line_type_intelligence["type"] == "mobile"
    assert landline.line_type_intelligence["type"] == "landline"
    assert nothing.valid is False


def test_account_can_be_fetched(simulator: Simulator) -> None:
    assert simulator.client.api.accounts(ACCOUNT).fetch().status == "active"


def test_stats_count_what_happened(
    simulator: Simulator, application: Application, phone: str
) -> None:
    before = simulator.get("/simulator/stats")
    sent = simulator.client.messages.create(
        to=phone, from_=OURS, body="Hi", status_callback=application.url
    )
    until(lambda: len(application.about(sent.sid or "")) == 2)

    def counted() -> bool:
        after = simulator.get("/simulator/stats")
        posts: int = after["webhooks"]["answered"] - before["webhooks"]["answered"]
        return posts >= 2 and after["messages"] == before["messages"] + 1

    until(counted)
    assert simulator.get("/simulator/stats")["cpu_seconds"] > 0


def test_pace_can_be_changed(simulator: Simulator, application: Application, phone: str) -> None:
    usual = simulator.get("/simulator/pace")
    simulator.put("/simulator/pace", {"sent_after": 0.3})
    try:
        sid = simulator.client.messages.create(to=phone, from_=OURS, body="Hi").sid or ""
        until(lambda: simulator.client.messages(sid).fetch().status == "delivered")
        entry = simulator.get(f"/simulator/messages/{sid}")
        assert instant(entry["sent_at"]) - instant(entry["created_at"]) > 0.29
    finally:
        simulator.put("/simulator/pace", usual)
