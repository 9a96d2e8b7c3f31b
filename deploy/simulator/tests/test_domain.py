"""Pure rules: signatures, segments, keywords, overrides, numbers, chances, the book."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from clientcomm_simulator.domain.book import Filter, MessageBook
from clientcomm_simulator.domain.faults import Faults, Knob, Setting
from clientcomm_simulator.domain.keywords import Keyword, keyword_of
from clientcomm_simulator.domain.messages import Message
from clientcomm_simulator.domain.numbers import parse_number
from clientcomm_simulator.domain.overrides import DEFAULT_RULES, Failure, parse_rules
from clientcomm_simulator.domain.segments import count_segments
from clientcomm_simulator.domain.signature import sign, signed_url
from clientcomm_simulator.domain.status import Direction, Status
from clientcomm_simulator.domain.twiml import NotTwiml, parse_twiml, replies_in

CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
FIRST = {**CALL, "From": "+14158675309", "Caller": "+14158675309"}
SECOND = {**CALL, "From": "+14158675310", "Caller": "+14158675310"}
SHA = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


@pytest.mark.parametrize(
    ("url", "parameters", "signature"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", FIRST, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:443/myapp.php?foo=1&bar=2", FIRST, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com:80/myapp.php?foo=1&bar=2", FIRST, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", FIRST, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://example.com/myapp.php?foo=1&bar=2", SECOND, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        (
            f"https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256={SHA}",
            {},
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        ),
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            {"Sid": "CA123", "SidAccount": "AC123", "Digits": ["5678", "1234", "1234"]},
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
    ],
)
def test_published_signatures(
    url: str, parameters: dict[str, str | list[str]], signature: str
) -> None:
    assert sign("12345", url, parameters) == signature


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=8),
    st.text(min_size=1, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_signature_is_the_official_librarys(parameters: dict[str, str], token: str) -> None:
    url = "http://127.0.0.1:8001/webhooks/twilio/message?x=1"

    assert RequestValidator(token).compute_signature(url, parameters) == sign(
        token, url, parameters
    )


@pytest.mark.parametrize(
    ("url", "voice", "signed"),
    [
        ("http://h:1/x#rc=5", False, "http://h:1/x"),
        ("http://user:pw@h:1/x?a=1", False, "http://h:1/x?a=1"),
        ("https://h:8443/x", False, "https://h:8443/x"),
        ("https://h:8443/x", True, "https://h/x"),
        ("http://h:8080/x", True, "http://h:8080/x"),
        ("https://h/x", True, "https://h/x"),
    ],
)
def test_url_is_signed_without_what_is_not_sent(url: str, voice: bool, signed: str) -> None:
    assert signed_url(url, voice=voice) == signed


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("é" * 160, 1),
        ("ñ" * 307, 3),
        ("☂" * 70, 1),
        ("☂" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
        ("a" * 1600, 11),
        ("☂" * 1600, 24),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert count_segments(text) == segments


@given(st.text(alphabet="aZ9 €[]{}\n☂é😀", max_size=700))
@settings(max_examples=150, deadline=None)
def test_segments_by_laying_out_each_character(text: str) -> None:
    basic = set("aZ9 \né")
    is_gsm = not set(text) & set("☂😀")
    widths = [
        (1 if letter in basic else 2) if is_gsm else 1 + (letter > "\uffff") for letter in text
    ]
    single, part = (160, 153) if is_gsm else (70, 67)
    expected, free = 1, part
    if sum(widths) > single:
        for width in widths:
            if width > free:
                expected, free = expected + 1, part
            free -= width

    assert count_segments(text) == expected


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        (" Stop\n", Keyword.STOP),
        ("OPTOUT", Keyword.STOP),
        ("Yes", Keyword.START),
        ("info", Keyword.HELP),
        ("stop it", None),
        ("alto", None),
    ],
)
def test_keywords(body: str, keyword: Keyword | None) -> None:
    assert keyword_of(body) is keyword


def test_overrides_are_bounded() -> None:
    rules = parse_rules("rc=5&rp=4xx,rt&ct=100&rt=15000&tt=99&sni=y&e=ashburn")

    assert (rules.retries, rules.connect_timeout, rules.read_timeout) == (5, 0.1, 15.0)
    assert rules.total_timeout == DEFAULT_RULES.total_timeout
    assert rules.retries_after(Failure.CLIENT_ERROR)
    assert rules.retries_after(Failure.READ)
    assert not rules.retries_after(Failure.CONNECT)
    assert parse_rules("") is DEFAULT_RULES
    assert parse_rules("rc=-1&rp=&ct=abc") == DEFAULT_RULES


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+15551230001", "+15551230001"),
        ("(555) 123-0001", "+15551230001"),
        ("1 555.123.0001", "+15551230001"),
        ("+442071838750", "+442071838750"),
        ("+1555123000", None),
        ("+15551230001234", None),
        ("", None),
        ("²5551230001", None),
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert parse_number(text) == number


def test_answer_with_entities_is_not_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Response><Message>&a;</Message></Response>'

    with pytest.raises(NotTwiml):
        parse_twiml(bomb)


def test_reply_can_name_receiver_pictures_and_callback() -> None:
    (reply,) = replies_in(
        parse_twiml(
            b"<Response><Message to='+15551230001' action='/done'><Body>Hi</Body>"
            b"<Media>http://x/y.png</Media></Message></Response>"
        )
    )

    assert (reply.to, reply.body, reply.media_urls) == ("+15551230001", "Hi", ("http://x/y.png",))
    assert reply.status_callback == "/done"
    assert parse_twiml(b"  ") == ()


def test_knob_strikes_at_most_so_often_and_only_whom_it_concerns() -> None:
    faults = Faults()
    faults.turn(1, {Knob.SLOW: Setting(count=2, to="+1")})

    struck = [bool(faults.strikes(Knob.SLOW, to=to)) for to in ("+1", "+2", "+1", "+1")]

    assert struck == [True, False, True, False]
    assert faults.struck == {Knob.SLOW: 2}
    assert faults.strikes(Knob.CALLBACK_LOST) is None


def make(ordinal: int, *, to: str = "+1", status: Status = Status.DELIVERED) -> Message:
    at = datetime.now(UTC).timestamp()
    sid = f"SM{ordinal:032x}"
    return Message(sid, ordinal, Direction.API, "+9", to, "x", 1, status, at, at)


def test_book_lets_the_oldest_final_messages_go_and_keeps_the_rest() -> None:
    book = MessageBook(keep=8)
    book.add(make(1, status=Status.SENT))
    for ordinal in range(2, 13):
        book.add(make(ordinal, to="+2"))

    kept = [message.ordinal for message in book.in_order]

    assert kept[0] == 1
    assert kept[1:] == list(range(4, 13))
    assert book.get(make(3).sid) is None
    assert book.next_ordinal == 13


@given(st.lists(st.sampled_from(["+1", "+2", "+3"]), max_size=40), st.integers(0, 45))
@settings(max_examples=80, deadline=None)
def test_book_finds_what_a_plain_search_finds(recipients: list[str], edge: int) -> None:
    book = MessageBook()
    for ordinal, to in enumerate(recipients, start=1):
        book.add(make(ordinal, to=to))
    wanted = Filter(to="+2", sender="+9")

    def fits(message: Message) -> bool:
        return message.to == "+2"

    expected = [n for n, to in enumerate(recipients, start=1) if to == "+2"]
    back = [m.ordinal for m in book.newest_first(wanted, below=edge, fits=fits)]
    on = [m.ordinal for m in book.oldest_first(wanted, above=edge, fits=fits)]
    assert back == [n for n in reversed(expected) if n < edge]
    assert on == [n for n in expected if n > edge]
