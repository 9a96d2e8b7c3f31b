"""The carrier's published vectors (research §1.6), and the traps beside them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from clientcomm_sms.adapters.webhooks.forms import Form, parse_form
from clientcomm_sms.adapters.webhooks.signatures import Signatures

TOKEN = "12345"
CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
QUERY = "foo=1&bar=2"
BODY = '{"property": "value", "boolean": true}'
HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def form(**fields: str) -> Form:
    return Form(list(fields.items()))


def is_genuine(
    params: Form | str,
    signature: str,
    *,
    base: str = "https://mycompany.com",
    query: str = QUERY,
    settings: str = "",
    path: str = "/myapp.php",
) -> bool:
    return Signatures(TOKEN, base).is_genuine(
        path=path, query=query, params=params, signature=signature, settings=settings
    )


@pytest.mark.parametrize(
    ("base", "number", "signature"),
    [
        ("https://mycompany.com", "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com", "+14158675309", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com", "+14158675309", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:1234", "+14158675309", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://example.com", "+14158675310", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
    ],
)
def test_the_carriers_vectors(base: str, number: str, signature: str) -> None:
    params = form(**CALL, From=number, Caller=number)

    assert is_genuine(params, signature, base=base)
    assert not is_genuine(params, signature[:-2] + "x=", base=base)
    assert not is_genuine(params, signature, base=base, path="/other.php")


def test_the_json_vector_counts_url_and_body_hash() -> None:
    query = f"{QUERY}&bodySHA256={HASH}"
    signature = "a9nBmqA0ju/hNViExpshrM61xv4="

    assert is_genuine(BODY, signature, query=query)
    assert not is_genuine(BODY + " ", signature, query=query)


def test_the_vector_with_repeated_fields() -> None:
    pairs = [
        ("Sid", "CA123"), ("SidAccount", "AC123"),
        ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"),
    ]  # fmt: skip

    assert is_genuine(Form(pairs), "IK+Dwps556ElfBT0I3Rgjkr1wJU=")


def test_a_text_body_without_its_hash_in_the_url_is_refused_and_raises_nothing() -> None:
    assert not is_genuine(BODY, "a9nBmqA0ju/hNViExpshrM61xv4=")


def test_a_form_under_a_url_with_a_body_hash_is_refused() -> None:
    """The validator would look at the URL's signature and never at the body (research §1.6)."""
    url = f"https://mycompany.com/myapp.php?{QUERY}&bodySHA256={HASH}"
    signature = RequestValidator(TOKEN).compute_signature(url, {})

    assert not is_genuine(Form([]), signature, query=f"{QUERY}&bodySHA256={HASH}")


def test_the_algorithm_that_the_second_header_names_is_used() -> None:
    params = form(Body="hello")
    url = f"https://mycompany.com/myapp.php?{QUERY}"
    strong = RequestValidator(TOKEN).compute_signature(url, params, "HMAC_SHA256")

    assert is_genuine(params, strong, settings="key=abc,algorithm=HMAC_SHA256")
    assert not is_genuine(params, strong)
    assert not is_genuine(params, strong, settings="algorithm=NONE")


def test_no_signature_is_no_signature() -> None:
    assert not is_genuine(form(Body="hello"), "")


@given(
    st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=40), max_size=8),
    st.text(max_size=40),
)
def test_agrees_with_the_official_validator(fields: dict[str, str], other: str) -> None:
    fields = {k: v for k, v in fields.items() if _is_utf8(k + v)}
    url = f"https://mycompany.com/myapp.php?{QUERY}"
    signature = RequestValidator(TOKEN).compute_signature(url, fields)

    assert is_genuine(form_of(fields), signature)
    assert not is_genuine(form_of({**fields, "Extra": "x" + other.encode().hex()}), signature) \
        if _is_utf8(other) else True  # fmt: skip


def form_of(fields: dict[str, str]) -> Form:
    return Form(list(fields.items()))


def _is_utf8(text: str) -> bool:
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def test_blank_fields_are_kept_because_they_are_signed() -> None:
    assert list(parse_form(b"Body=&From=%2B1&FromCity=")) == ["Body", "From", "FromCity"]


def test_white_space_is_kept_because_it_is_signed() -> None:
    assert parse_form(b"Body=+hello%0A").get("Body") == " hello\n"


@pytest.mark.parametrize("body", [b"\xff=1", b"Body=%FF", b"nothing", b"a=1&&=" * 600])
def test_an_odd_form_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_form(body)


def test_the_json_hash_is_of_the_raw_body() -> None:
    assert hashlib.sha256(BODY.encode()).hexdigest() == HASH
