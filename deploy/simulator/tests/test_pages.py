"""The phones' page: valid, labelled, live, and safe to show anything on."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import httpx2
import pytest
from deploy.simulator.tests.running import OURS, Application, Simulator, until

VOID = {"meta", "link", "input", "img", "br", "hr"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


class Page(HTMLParser):
    """What a page holds, and whether its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def check(text: str) -> Page:
    page = Page(text)
    assert page.open == []
    assert len(page.all("h1")) == 1
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", text)
    (title,) = re.findall(r"<title>(.*?)</title>", text)
    assert title.startswith(heading)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.all("label")}
    fields = [f for f in page.all("input", "select", "textarea") if f.get("type") != "hidden"]
    assert {field["id"] for field in fields} == labelled
    assert all("action" in form for form in page.all("form"))
    assert all("alt" in image for image in page.all("img"))
    assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a)
    sources = [a.get("src", a.get("href", "")) for a in page.all("script", "link", "img", "a")]
    assert all(source.startswith("/") for source in sources)
    return page


@pytest.mark.parametrize(
    "path", ["/", "/?q=99999999", "/mailbox", "/mail", "/?phone=%2B15551239999"]
)
def test_pages_are_well_formed(simulator: Simulator, path: str) -> None:
    answer = simulator.raw("GET", path, auth=None)

    check(answer.text)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_phone_shows_its_conversation_and_escapes_it(simulator: Simulator, phone: str) -> None:
    simulator.client.messages.create(to=phone, from_=OURS, body="<script>alert(1)</script>")
    picture = base64.b64encode(PIXEL).decode()
    simulator.inbound(phone, "I & you", media=[{"content_type": "image/png", "base64": picture}])
    simulator.inbound(phone, "stop")

    text = simulator.raw("GET", f"/?phone=%2B{phone[1:]}", auth=None).text

    page = check(text)
    assert "&lt;script&gt;alert(1)" in text
    words = " ".join(page.words)
    assert "I & you" in words
    assert "from the carrier" in words
    assert "Opted out of" in words
    (image,) = [image["src"] for image in page.all("img") if "media" in image["src"]]
    served = simulator.raw("GET", image, auth=None)
    assert (served.content, served.headers["content-type"]) == (PIXEL, "image/png")
    assert served.headers["content-security-policy"] == "sandbox"


def test_text_with_picture_can_be_sent_from_the_page(
    simulator: Simulator, application: Application, phone: str
) -> None:
    answer = simulator.raw(
        "POST",
        "/phones/text",
        auth=None,
        data={"phone": phone, "line": OURS, "body": "From the page"},
        files={"picture": ("cat.png", PIXEL, "image/png")},
    )

    assert answer.status_code == 303
    until(lambda: application.hits)
    assert application.hits[0].form["Body"] == "From the page"
    assert application.hits[0].form["MediaContentType0"] == "image/png"
    assert "From the page" in simulator.raw("GET", answer.headers["location"], auth=None).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": ""}, "Write something"),
        ({"line": "+15559999999"}, "not found"),
        ({"phone": "abc"}, "phone number is needed"),
    ],
)
def test_mistake_is_said_on_the_page_which_keeps_the_words(
    simulator: Simulator, phone: str, change: dict[str, str], words: str
) -> None:
    form = {"phone": phone, "line": OURS, "body": "Kept words", **change}
    answer = simulator.raw("POST", "/phones/text", auth=None, data=form)

    assert answer.status_code == 400
    check(answer.text)
    assert words in answer.text
    assert ("Kept words" in answer.text) == bool(form["body"])


def test_phone_can_be_switched_off_and_can_call_from_the_page(
    simulator: Simulator, application: Application, phone: str
) -> None:
    application.answer = lambda _: (200, b"<Response><Say>Texts only</Say></Response>")
    form = {"phone": phone, "line": OURS, "delivery": "30003"}

    changed = simulator.raw("POST", "/phones/settings", auth=None, data=form)
    called = simulator.raw("POST", "/phones/call", auth=None, data=form)

    assert changed.status_code == 303
    assert simulator.get(f"/simulator/phones/{phone}")["delivery"] == 30003
    check(called.text)
    assert "Texts only" in called.text


def test_open_page_hears_of_new_texts(simulator: Simulator, phone: str) -> None:
    with httpx2.stream("GET", f"{simulator.url}/simulator/events", timeout=60) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        simulator.client.messages.create(to=phone, from_=OURS, body="Hi")
        assert next(line for line in lines if line.startswith("data:") and phone in line)

    fragment = simulator.raw("GET", "/phones/list", auth=None).text
    assert phone in fragment
    thread = simulator.raw("GET", f"/phones/thread?phone=%2B{phone[1:]}", auth=None).text
    assert "Hi" in thread


def test_phones_are_found_by_their_digits(simulator: Simulator, phone: str) -> None:
    simulator.inbound(phone, "Hello")

    found = simulator.raw("GET", f"/phones/list?q={phone[-7:]}", auth=None).text
    none = simulator.raw("GET", "/phones/list?q=0000000000", auth=None).text

    assert phone in found
    assert phone not in none
