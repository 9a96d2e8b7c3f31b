"""Every field that the official client's classes read is there, in a form that they understand."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from deploy.simulator.tests.running import ACCOUNT, OTHER, OURS, Application, Json, Simulator, until
from twilio.base.instance_resource import InstanceResource
from twilio.rest.api.v2010.account import AccountInstance
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.message.feedback import FeedbackInstance
from twilio.rest.api.v2010.account.message.media import MediaInstance
from twilio.rest.lookups.v2.phone_number import PhoneNumberInstance as LookupInstance
from twilio.rest.messaging.v1.service import ServiceInstance
from twilio.rest.messaging.v1.service.phone_number import PhoneNumberInstance

CLASSIC = f"/2010-04-01/Accounts/{ACCOUNT}"

Resource = Callable[[Simulator, str], Json]


class Watched(dict[str, Any]):
    """A resource as it came, which remembers what was read of it."""

    def __init__(self, content: Json) -> None:
        super().__init__(content)
        self.was_read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.was_read.add(key)
        return super().get(key, default)


def _answer(simulator: Simulator, method: str, path: str, **form: str) -> Json:
    answer = simulator.raw(method, path, data=form or None)
    assert answer.is_success, answer.text
    found: Json = answer.json()
    return found


def _delivered(simulator: Simulator, phone: str) -> Json:
    form = {"To": phone, "From": OURS, "Body": "Hello"}
    sid = _answer(simulator, "POST", f"{CLASSIC}/Messages.json", **form)["sid"]
    path = f"{CLASSIC}/Messages/{sid}.json"

    def final() -> Json | None:
        message = _answer(simulator, "GET", path)
        return message if message["status"] in {"delivered", "undelivered"} else None

    return until(final)


def _undelivered(simulator: Simulator, phone: str) -> Json:
    simulator.put(f"/simulator/phones/{phone}", {"delivery": 30003})
    return _delivered(simulator, phone)


def _feedback(simulator: Simulator, phone: str) -> Json:
    sid = _delivered(simulator, phone)["sid"]
    return _answer(
        simulator, "POST", f"{CLASSIC}/Messages/{sid}/Feedback.json", Outcome="confirmed"
    )


def _media(simulator: Simulator, phone: str) -> Json:
    content = base64.b64encode(b"picture").decode()
    entry = simulator.inbound(phone, "", media=[{"base64": content}])
    sid, media = entry["sid"], entry["media"][0]
    return _answer(simulator, "GET", f"{CLASSIC}/Messages/{sid}/Media/{media}.json")


def _inbound(simulator: Simulator, phone: str) -> Json:
    sid = simulator.inbound(phone, "Hi")["sid"]
    return _answer(simulator, "GET", f"{CLASSIC}/Messages/{sid}.json")


def _number(simulator: Simulator, _phone: str) -> Json:
    numbers = _answer(simulator, "GET", f"{CLASSIC}/IncomingPhoneNumbers.json")
    first: Json = numbers["incoming_phone_numbers"][0]
    return first


def _call(simulator: Simulator, phone: str) -> Json:
    sid = simulator.post("/simulator/call", {"from": phone, "to": OURS})["call_sid"]
    return _answer(simulator, "GET", f"{CLASSIC}/Calls/{sid}.json")


def _account(simulator: Simulator, _phone: str) -> Json:
    return _answer(simulator, "GET", f"{CLASSIC}.json")


def _service(simulator: Simulator, _phone: str) -> Json:
    return _answer(simulator, "POST", "/v1/Services", FriendlyName="One")


def _member(simulator: Simulator, phone: str) -> Json:
    number = simulator.client.incoming_phone_numbers.list(phone_number=OTHER)[0].sid or ""
    path = f"/v1/Services/{_service(simulator, phone)['sid']}"
    member = _answer(simulator, "POST", f"{path}/PhoneNumbers", PhoneNumberSid=number)
    simulator.raw("DELETE", path)
    return member


def _lookup(simulator: Simulator, _phone: str) -> Json:
    return _answer(simulator, "GET", "/v2/PhoneNumbers/+14155552671?Fields=line_type_intelligence")


@pytest.mark.parametrize(
    ("kind", "resource", "place"),
    [
        (MessageInstance, _delivered, {"account_sid": ACCOUNT}),
        (MessageInstance, _undelivered, {"account_sid": ACCOUNT}),
        (MessageInstance, _inbound, {"account_sid": ACCOUNT}),
        (FeedbackInstance, _feedback, {"account_sid": ACCOUNT, "message_sid": "SM"}),
        (MediaInstance, _media, {"account_sid": ACCOUNT, "message_sid": "SM"}),
        (IncomingPhoneNumberInstance, _number, {"account_sid": ACCOUNT}),
        (CallInstance, _call, {"account_sid": ACCOUNT}),
        (AccountInstance, _account, {}),
        (ServiceInstance, _service, {}),
        (PhoneNumberInstance, _member, {"service_sid": "MG"}),
        (LookupInstance, _lookup, {}),
    ],
)
def test_each_field_is_there_and_understood(
    simulator: Simulator,
    application: Application,
    phone: str,
    kind: type[InstanceResource],
    resource: Resource,
    place: dict[str, str],
) -> None:
    content = Watched(resource(simulator, phone))

    made = kind(None, content, **place)

    assert content.was_read - set(content) == set()
    for name, value in content.items():
        if name in {"start_time", "end_time"} or name.startswith("date_"):
            understood = getattr(made, name)
            assert (value is None) is (understood is None), name
            assert understood is None or isinstance(understood, datetime), name


def test_texts_numbers_and_prices_have_the_carriers_types(simulator: Simulator, phone: str) -> None:
    delivered, failed = _delivered(simulator, phone), _undelivered(simulator, phone)

    assert [type(delivered[name]) for name in ("num_segments", "num_media", "price")] == [str] * 3
    assert (delivered["error_code"], failed["error_code"]) == (None, 30003)
    assert isinstance(failed["error_message"], str)
    assert (failed["price_unit"], failed["api_version"]) == ("USD", "2010-04-01")


def test_lists_are_narrowed_by_day(simulator: Simulator, phone: str) -> None:
    message = _media(simulator, phone)["parent_sid"]
    _call(simulator, phone)
    media = simulator.client.messages(message).media
    calls = simulator.client.calls
    long_ago, far_ahead = datetime(2020, 1, 1), datetime(2120, 1, 1)  # noqa: DTZ001 - a day

    assert len(media.list(date_created_after=long_ago, date_created_before=far_ahead)) == 1
    assert media.list(date_created_before=long_ago) == []
    assert media.list(date_created=long_ago) == []
    assert len(calls.list(from_=phone, start_time_after=long_ago, end_time_before=far_ahead)) == 1
    assert calls.list(from_=phone, start_time_before=long_ago) == []
    assert calls.list(from_=phone, end_time_after=far_ahead) == []


@pytest.mark.parametrize(
    ("path", "form", "name"),
    [("", {"Status": "sent"}, "Status"), ("/Feedback", {"Outcome": "perhaps"}, "Outcome")],
)
def test_a_value_that_the_carrier_does_not_know_is_named(
    simulator: Simulator, phone: str, path: str, form: dict[str, str], name: str
) -> None:
    sid = _delivered(simulator, phone)["sid"]

    answer = simulator.raw("POST", f"{CLASSIC}/Messages/{sid}{path}.json", data=form)

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert name in answer.json()["message"]
