"""Texts from phones: the webhook, its answer, opt-out words, pictures."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from deploy.simulator.tests.running import ACCOUNT, OURS, Application, Simulator, until
from twilio.base.exceptions import TwilioRestException

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


def test_inbound_text_reaches_the_application_signed_with_all_fields(
    simulator: Simulator, application: Application, phone: str
) -> None:
    entry = simulator.inbound(phone, "  Running late & sorry ☂ ")

    (hit,) = application.about(entry["sid"])
    assert hit.is_signed
    assert hit.path == "/webhooks/twilio/message"
    assert hit.form["Body"] == "  Running late & sorry ☂ "
    assert hit.form["From"] == phone
    assert hit.form["To"] == OURS
    assert hit.form["SmsStatus"] == "received"
    assert hit.form["NumMedia"] == "0"
    assert hit.form["NumSegments"] == "1"
    assert hit.form["MessageSid"] == hit.form["SmsSid"] == hit.form["SmsMessageSid"]
    assert {"FromCity", "FromState", "FromZip", "FromCountry", "ApiVersion"} <= set(hit.form)
    assert hit.token
    assert entry["webhook_status"] == 204
    fetched = simulator.client.messages(entry["sid"]).fetch()
    assert (fetched.direction, fetched.status) == ("inbound", "received")
    assert [m.sid for m in simulator.client.messages.list(to=OURS, from_=phone)] == [entry["sid"]]


def test_inbound_answers_at_once_unless_told_to_wait(
    simulator: Simulator, application: Application, phone: str
) -> None:
    entry = simulator.post("/simulator/inbound", {"from": phone, "to": OURS, "body": "Hi"})

    assert entry["webhook_status"] is None
    until(lambda: application.about(entry["sid"]))


@pytest.mark.parametrize(
    "change",
    [
        {"from": "nobody"},
        {"to": ""},
        {"body": 1},
        {"surprise": 1},
        {"media": [{"base64": "###"}]},
        {"media": ["http://127.0.0.1:1/none.png"]},
    ],
)
def test_nonsense_from_a_phone_is_refused(
    simulator: Simulator, phone: str, change: dict[str, object]
) -> None:
    content = {"from": phone, "to": OURS, "body": "Hi", **change}
    answer = simulator.raw("POST", "/simulator/inbound", json=content)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_text_to_a_number_that_is_not_ours_is_not_found(simulator: Simulator, phone: str) -> None:
    content = {"from": phone, "to": "+15559999999", "body": "Hi"}
    answer = simulator.raw("POST", "/simulator/inbound", json=content)

    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_application_can_answer_with_twiml(
    simulator: Simulator, application: Application, phone: str
) -> None:
    answer = (
        b"<?xml version='1.0'?><Response><Message>Thanks</Message>"
        b"<Message><Body>Two</Body></Message></Response>"
    )
    application.answer = lambda _: (200, answer)

    simulator.inbound(phone, "Hello")

    replies = simulator.ledger(to=phone)
    assert [(r["body"], r["direction"]) for r in replies] == [
        ("Thanks", "outbound-reply"),
        ("Two", "outbound-reply"),
    ]


@pytest.mark.parametrize(("content", "code"), [(b"not xml", 12100), (b"<Other/>", 12200)])
def test_answer_that_is_no_twiml_raises_an_alert(
    simulator: Simulator, application: Application, phone: str, content: bytes, code: int
) -> None:
    application.answer = lambda _: (200, content)

    entry = simulator.inbound(phone, "Hello")

    alerts = simulator.get("/simulator/alerts")["alerts"]
    assert (entry["sid"], code) in [(alert["about"], alert["code"]) for alert in alerts]


@pytest.mark.parametrize(
    "word", ["STOP", "stop ", "StopAll", "unsubscribe", "cancel", "END", "quit", "revoke", "optout"]
)
def test_stop_word_opts_out_until_start(
    simulator: Simulator, application: Application, phone: str, word: str
) -> None:
    stop = simulator.inbound(phone, word)
    with pytest.raises(TwilioRestException) as refused:
        simulator.client.messages.create(to=phone, from_=OURS, body="Hello")
    back = simulator.inbound(phone, "start")

    assert refused.value.code == 21610
    assert "OptOutType" not in application.about(stop["sid"])[0].form
    assert application.about(back["sid"])
    assert simulator.client.messages.create(to=phone, from_=OURS, body="Hello").sid
    replies = simulator.ledger(to=phone, carriers_own="1")[:2]
    assert [reply["from"] for reply in replies] == [OURS, OURS]
    assert len(simulator.ledger(to=phone)) == 1
    assert len(simulator.client.messages.list(to=phone)) == 1


@pytest.mark.parametrize("body", ["please stop", "stop!", "", "yes", "cancelled"])
def test_other_words_opt_nobody_out(simulator: Simulator, phone: str, body: str) -> None:
    simulator.inbound(phone, body)

    assert simulator.client.messages.create(to=phone, from_=OURS, body="Hello").sid
    assert len(simulator.ledger(to=phone, carriers_own="1")) == 1


def test_opt_out_type_is_told_when_set(
    start_simulator: Callable[..., Simulator], application: Application
) -> None:
    simulator = start_simulator(SIMULATOR_OPT_OUT_TYPE="1")
    for word in ("stop", "help", "unstop", "hello"):
        simulator.inbound("+15551110001", word)

    told = [hit.form.get("OptOutType") for hit in application.hits]
    assert told == ["STOP", "HELP", "START", None]


def test_phone_can_be_opted_out_without_a_text(
    simulator: Simulator, application: Application, phone: str
) -> None:
    simulator.put("/simulator/opt-outs", {"phone": phone, "number": OURS})

    with pytest.raises(TwilioRestException) as refused:
        simulator.client.messages.create(to=phone, from_=OURS, body="Hello")

    assert refused.value.code == 21610
    assert [hit for hit in application.hits if phone in hit.form.values()] == []
    simulator.put("/simulator/opt-outs", {"phone": phone, "number": OURS, "out": False})
    assert simulator.client.messages.create(to=phone, from_=OURS, body="Hello").sid


def test_pictures_from_a_phone_are_served_to_those_who_may(
    simulator: Simulator, application: Application, phone: str
) -> None:
    encoded = base64.b64encode(PIXEL).decode()
    media = [
        f"data:image/png;base64,{encoded}",
        {"content_type": "application/pdf", "base64": base64.b64encode(b"%PDF-1.4").decode()},
    ]
    entry = simulator.inbound(phone, "", media=media)

    form = application.about(entry["sid"])[0].form
    assert entry["sid"].startswith("MM")
    assert form["NumMedia"] == "2"
    assert (form["MediaContentType0"], form["MediaContentType1"]) == (
        "image/png",
        "application/pdf",
    )
    path = form["MediaUrl0"].removeprefix(simulator.url)
    assert path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{entry['sid']}/Media/ME")
    assert simulator.raw("GET", path, auth=None).status_code == 401
    answer = simulator.raw("GET", path)
    assert (answer.content, answer.headers["content-type"]) == (PIXEL, "image/png")

    message = simulator.client.messages(entry["sid"])
    listed = message.media.list()
    assert [item.content_type for item in listed] == ["image/png", "application/pdf"]
    assert message.fetch().num_media == "2"
    first = message.media(listed[0].sid or "")
    assert first.fetch().parent_sid == entry["sid"]
    assert first.delete()
    assert simulator.raw("GET", path).status_code == 404
    assert [item.sid for item in message.media.list()] == [listed[1].sid]


def test_picture_to_a_phone_is_fetched_and_one_that_cannot_be_fails_the_text(
    simulator: Simulator, application: Application, phone: str
) -> None:
    application.answer = lambda hit: (
        (200, PIXEL) if hit.path == "/cat.png" else (404 if "Message" not in hit.form else 204, b"")
    )

    good = simulator.client.messages.create(
        to=phone, from_=OURS, media_url=[f"{application.url}/cat.png"]
    )
    bad = simulator.client.messages.create(
        to=phone, from_=OURS, body="Look", media_url=[f"{application.url}/none.png"]
    )

    assert (good.sid or "")[:2] == "MM"
    assert good.num_media == "1"
    until(
        lambda: {entry["status"] for entry in simulator.ledger(to=phone)} == {"delivered", "failed"}
    )
    assert simulator.client.messages(bad.sid or "").fetch().error_code == 11751
    (media,) = simulator.client.messages(good.sid or "").media.list()
    path = (media.uri or "").removesuffix(".json")
    assert simulator.raw("GET", path).content == PIXEL
