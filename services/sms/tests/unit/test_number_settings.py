"""What is set on a number at the carrier, and what the carrier says to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from services.sms.tests.unit.test_carrier_calls import ACCOUNT, Server, as_json, refusal, serving

from clientcomm_sms.adapters.twilio_numbers import TwilioNumbers
from clientcomm_sms.application.set_numbers import CarrierSaysNo
from clientcomm_sms.domain.number_settings import NumberAtCarrier, wanted_settings

WANTED = wanted_settings("https://texts.example.org", with_calls=False)
OURS = {"sid": "PN1", "phone_number": "+15005550006", "sms_method": "GET", "sms_url": None}
PAGE = {"page": 0, "page_size": 50, "uri": "", "start": 0, "end": 0, "next_page_uri": None}


@contextmanager
def the_account(*answers: tuple[int, bytes] | None) -> Iterator[tuple[TwilioNumbers, Server]]:
    server = Server()
    server.answers = list(answers)
    with serving(server) as url:
        numbers = TwilioNumbers(account_sid=ACCOUNT, auth_token="secret", api_url=url)
        yield numbers, server
        numbers.close()


def test_an_application_on_the_number_is_taken_off_because_it_would_win() -> None:
    number = {**OURS, "sms_application_sid": "AP1"}
    listed = as_json({**PAGE, "incoming_phone_numbers": [number]})
    with the_account((200, listed), (200, as_json(number))) as (numbers, server):
        found = numbers.listed(WANTED)["+15005550006"]
        numbers.change(found, found.lacking(WANTED))

    method, path, fields = server.requests[1]
    assert method == "POST"
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers/PN1.json"
    assert fields == {
        "SmsApplicationSid": [""],
        "SmsMethod": ["POST"],
        "SmsUrl": ["https://texts.example.org/webhooks/twilio/message#rc=5&rp=all"],
    }


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(400, 21502), r"the carrier refused \(400, code 21502\): .*no"),
        (None, "no answer from http://127"),
        ((200, b"<html>"), "does not answer as the carrier does"),
    ],
)
def test_what_the_carrier_does_not_do_is_said(answer: tuple[int, bytes] | None, words: str) -> None:
    number = NumberAtCarrier("PN1", "+15005550006", {})
    with the_account(answer) as (numbers, _), pytest.raises(CarrierSaysNo, match=words):
        numbers.change(number, WANTED)
