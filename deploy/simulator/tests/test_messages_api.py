"""The Messages resource, used by the official client without changes to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from deploy.simulator.tests.running import ACCOUNT, OTHER, OURS, TOKEN, Simulator, until
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

Start = Callable[..., Simulator]
FIELDS = {
    "account_sid",
    "api_version",
    "body",
    "date_created",
    "date_sent",
    "date_updated",
    "direction",
    "error_code",
    "error_message",
    "from",
    "messaging_service_sid",
    "num_media",
    "num_segments",
    "price",
    "price_unit",
    "sid",
    "status",
    "subresource_uris",
    "to",
    "uri",
}
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def test_created_message_has_every_field_in_the_carriers_form(
    simulator: Simulator, phone: str
) -> None:
    form = {"To": phone, "From": OURS, "Body": "Court on Monday"}
    answer = simulator.raw("POST", MESSAGES, data=form)

    message = answer.json()
    assert answer.status_code == 201
    assert set(message) == FIELDS
    assert re.fullmatch(r"SM[0-9a-f]{32}", message["sid"])
    assert message["status"] == "queued"
    assert message["direction"] == "outbound-api"
    assert (message["num_segments"], message["num_media"]) == ("1", "0")
    assert (message["to"], message["from"], message["body"]) == (phone, OURS, "Court on Monday")
    assert message["date_sent"] is None
    assert message["price"] is None
    assert message["price_unit"] == "USD"
    assert message["error_code"] is None
    assert message["error_message"] is None
    assert message["messaging_service_sid"] is None
    assert message["api_version"] == "2010-04-01"
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message['sid']}"
    assert message["uri"] == f"{uri}.json"
    assert message["subresource_uris"] == {"media": f"{uri}/Media.json"}
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000", message["date_created"])
    age = datetime.now(UTC) - parsedate_to_datetime(message["date_created"])
    assert age < timedelta(seconds=5)


def test_message_is_delivered_and_can_be_fetched(simulator: Simulator, phone: str) -> None:
    created = simulator.client.messages.create(to=phone, from_=OURS, body="Hello")

    fetched = until(lambda: _delivered(simulator, created.sid or ""))
    assert fetched.body == "Hello"
    assert fetched.date_sent is not None
    assert fetched.price == "-0.00790"


def _delivered(simulator: Simulator, sid: str) -> MessageInstance | None:
    message = simulator.client.messages(sid).fetch()
    return message if message.status == "delivered" else None


@pytest.mark.parametrize(
    ("body", "segments"),
    [("x" * 160, "1"), ("x" * 161, "2"), ("☂" * 70, "1"), ("☂" * 71, "2"), ("x" * 1600, "11")],
)
def test_segments_are_counted(simulator: Simulator, phone: str, body: str, segments: str) -> None:
    created = simulator.client.messages.create(to=phone, from_=OURS, body=body)

    assert created.num_segments == segments


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": "not a number"}, 21211),
        ({"To": "+123"}, 21211),
        ({"To": "+10005551234"}, 21211),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550002"}, 21612),
        ({"To": "+15005550003"}, 21408),
        ({"To": "+15005550004"}, 21610),
        ({"To": "+15005550009"}, 21614),
        ({"From": "not a number"}, 21212),
        ({"From": "+15005550001"}, 21212),
        ({"From": "+15005550007"}, 21606),
        ({"From": "+15005550008"}, 21611),
        ({"From": "+15559999999"}, 21606),
        ({"From": "whatsapp:+15550000001"}, 63007),
        ({"To": OURS}, 21266),
        ({"StatusCallback": "not a url"}, 21609),
        ({"StatusCallback": "http://under_score.example/x"}, 21609),
        ({"MediaUrl": "ftp://example.com/x"}, 21620),
        ({"ValidityPeriod": "0"}, 21624),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"ValidityPeriod": "9" * 5000}, 21624),
        ({"ValidityPeriod": "\u00b2"}, 21624),
        ({"MessagingServiceSid": "MG" + "0" * 32}, 21701),
    ],
)
def test_refusals_have_the_carriers_code_and_body(
    simulator: Simulator, phone: str, change: dict[str, str], code: int
) -> None:
    form = {"To": phone, "From": OURS, "Body": "Hello", **change}
    answer = simulator.raw("POST", MESSAGES, data=form)

    error = answer.json()
    assert answer.status_code == 400
    assert set(error) == {"code", "message", "more_info", "status"}
    assert (error["code"], error["status"]) == (code, 400)
    assert error["more_info"].endswith(f"/errors/{code}")
    if "To" not in change:
        assert simulator.ledger(to=phone) == []


def test_eleven_pictures_are_too_many(simulator: Simulator, phone: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        simulator.client.messages.create(
            to=phone, from_=OURS, media_url=[f"http://example.com/{n}.png" for n in range(11)]
        )

    assert refused.value.code == 21623


@pytest.mark.parametrize("auth", [(ACCOUNT, "wrong"), ("AC" + "0" * 32, TOKEN), None])
def test_wrong_credentials_are_refused(simulator: Simulator, auth: tuple[str, str] | None) -> None:
    answer = simulator.raw("GET", MESSAGES, auth=auth)

    assert answer.status_code == 401
    assert answer.json()["code"] == 20003
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_api_key_lets_in(start_simulator: Start) -> None:
    key, secret = "SK" + "b2" * 16, "a secret"
    simulator = start_simulator(SIMULATOR_API_KEYS=f"{key}:{secret}")
    client = Client(key, secret, ACCOUNT)
    client.api.base_url = simulator.url

    assert client.messages.create(to="+15551110001", from_=OURS, body="Hello").sid


def test_any_number_is_ours_when_none_is_named(start_simulator: Start) -> None:
    simulator = start_simulator(SIMULATOR_NUMBERS="")

    created = simulator.client.messages.create(to="+15551110001", from_="+15557654321", body="Hi")

    assert created.from_ == "+15557654321"
    assert len(simulator.client.incoming_phone_numbers.list()) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{'0' * 32}.json", 404, 20404),
        ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{'0' * 32}.json", 404, 20404),
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Nothing.json", 404, 20404),
        ("GET", "/2010-04-01/Nothing", 404, 20404),
        ("GET", f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json", 401, 20003),
        ("PATCH", MESSAGES, 405, 20004),
    ],
)
def test_unknown_things_are_not_found(
    simulator: Simulator, method: str, path: str, status: int, code: int
) -> None:
    answer = simulator.raw(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_body_that_is_no_form_is_refused(simulator: Simulator) -> None:
    answer = simulator.raw("POST", MESSAGES, content=b"To=\xff\xfe")

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_oversized_body_is_refused_unread(simulator: Simulator) -> None:
    answer = simulator.raw("POST", MESSAGES, content=b"Body=" + b"x" * 300_000)

    assert answer.status_code == 413


def test_number_may_be_written_as_people_do(simulator: Simulator, phone: str) -> None:
    written = f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"

    created = simulator.client.messages.create(to=written, from_=OURS, body="Hello")

    assert created.to == phone
    assert [m.sid for m in simulator.client.messages.list(to=written)] == [created.sid]


def test_list_is_paged_newest_first_and_misses_nothing_while_more_comes(
    simulator: Simulator, phone: str
) -> None:
    client = simulator.client
    for n in range(7):
        client.messages.create(to=phone, from_=OURS, body=str(n))

    first = client.messages.page(to=phone, page_size=3)
    one = [message.body for message in first]
    client.messages.create(to=phone, from_=OURS, body="late")
    second = first.next_page()
    assert second is not None
    two = [message.body for message in second]
    third = second.next_page()
    assert third is not None
    three = [message.body for message in third]

    assert (one, two, three) == (["6", "5", "4"], ["3", "2", "1"], ["0"])
    assert third.next_page() is None
    back = third.previous_page()
    assert back is not None
    assert [message.body for message in back] == two
    every = [message.body for message in client.messages.list(to=phone, page_size=3)]
    assert every == ["late", "6", "5", "4", "3", "2", "1", "0"]


def test_page_has_the_carriers_links(simulator: Simulator, phone: str) -> None:
    for n in range(3):
        simulator.client.messages.create(to=phone, from_=OURS, body=str(n))

    page = simulator.raw("GET", MESSAGES, params={"To": phone, "PageSize": "2"}).json()

    assert set(page) == {
        "messages",
        "end",
        "first_page_uri",
        "next_page_uri",
        "page",
        "page_size",
        "previous_page_uri",
        "start",
        "uri",
    }
    assert (page["page"], page["page_size"], page["start"], page["end"]) == (0, 2, 0, 1)
    assert page["previous_page_uri"] is None
    token = f"PageToken=PA{page['messages'][-1]['sid']}"
    assert token in page["next_page_uri"]
    assert f"To=%2B{phone[1:]}" in page["next_page_uri"]
    odd = simulator.raw("GET", MESSAGES, params={"To": phone, "PageSize": "\u00b2", "Page": "x"})
    assert odd.json()["page_size"] == 50
    number = simulator.raw("GET", MESSAGES, params={"To": phone, "PageSize": "2", "Page": "1"})
    assert [m["body"] for m in number.json()["messages"]] == ["0"]
    unknown = simulator.raw("GET", MESSAGES, params={"PageToken": "PASM" + "0" * 32})
    assert unknown.json()["code"] == 20001


def test_list_is_narrowed_by_both_ends_and_by_day(simulator: Simulator, phone: str) -> None:
    client, today = simulator.client, datetime.now(UTC)
    mine = client.messages.create(to=phone, from_=OURS, body="one")
    other = client.messages.create(to=phone, from_=OTHER, body="two")
    until(lambda: _delivered(simulator, other.sid or ""))
    until(lambda: _delivered(simulator, mine.sid or ""))

    day = timedelta(days=1)
    assert [m.sid for m in client.messages.list(to=phone, from_=OTHER)] == [other.sid]
    assert len(client.messages.list(to=phone, date_sent=today)) == 2
    assert client.messages.list(to=phone, date_sent=today - day) == []
    assert len(client.messages.list(to=phone, date_sent_after=today - day)) == 2
    assert client.messages.list(to=phone, date_sent_after=today + day) == []
    assert client.messages.list(to=phone, date_sent_before=today - day) == []
    assert len(client.messages.list(to=phone, date_sent_before=today + day)) == 2
    assert simulator.raw("GET", MESSAGES, params={"DateSent": "soon"}).status_code == 400


def test_final_message_is_blanked_but_the_ledger_keeps_its_text(
    simulator: Simulator, phone: str
) -> None:
    created = simulator.client.messages.create(to=phone, from_=OURS, body="A secret")
    until(lambda: _delivered(simulator, created.sid or ""))

    blanked = simulator.client.messages(created.sid or "").update(body="")

    assert blanked.body == ""
    assert simulator.client.messages(created.sid or "").fetch().body == ""
    assert simulator.ledger(to=phone)[0]["body"] == "A secret"


def test_message_under_way_is_neither_blanked_nor_deleted(simulator: Simulator, phone: str) -> None:
    simulator.put(f"/simulator/phones/{phone}", {"delivery": "none"})
    message = simulator.client.messages.create(to=phone, from_=OURS, body="Hello")
    context = simulator.client.messages(message.sid or "")

    with pytest.raises(TwilioRestException) as blanking:
        context.update(body="")
    with pytest.raises(TwilioRestException) as deleting:
        context.delete()
    with pytest.raises(TwilioRestException) as rewriting:
        context.update(body="Other words")

    assert (blanking.value.code, deleting.value.code) == (20009, 20009)
    assert rewriting.value.code == 20001


def test_deleted_message_is_gone_from_the_api_and_stays_in_the_ledger(
    simulator: Simulator, phone: str
) -> None:
    created = simulator.client.messages.create(to=phone, from_=OURS, body="Hello")
    until(lambda: _delivered(simulator, created.sid or ""))

    assert simulator.client.messages(created.sid or "").delete()

    with pytest.raises(TwilioRestException) as gone:
        simulator.client.messages(created.sid or "").fetch()
    assert gone.value.status == 404
    assert simulator.client.messages.list(to=phone) == []
    assert simulator.ledger(to=phone)[0]["is_deleted"]


def test_feedback_is_taken(simulator: Simulator, phone: str) -> None:
    created = simulator.client.messages.create(to=phone, from_=OURS, body="Hello")

    feedback = simulator.client.messages(created.sid or "").feedback.create(outcome="confirmed")

    assert feedback.outcome == "confirmed"


def test_smart_encoding_keeps_a_text_in_one_alphabet(simulator: Simulator, phone: str) -> None:
    body = "\u201cIt\u2019s today\u201d \u2013 don\u2019t be late\u2026"

    plain = simulator.client.messages.create(to=phone, from_=OURS, body=body)
    smart = simulator.client.messages.create(to=phone, from_=OURS, body=body, smart_encoded=True)

    assert plain.body == body
    assert smart.body == "\"It's today\" - don't be late..."
