import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import filetype
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from clientcomm_sms.adapters.media_fetcher import MediaFetcher, public_address
from clientcomm_sms.adapters.media_links import MediaLinks, media_routes
from clientcomm_sms.adapters.object_store import DirectoryStore
from clientcomm_sms.application.fetch_media import NotFetched
from clientcomm_sms.domain.media_rules import judged

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class Answers:
    def __init__(self) -> None:
        self.status = 200
        self.body = PNG
        self.location = ""
        self.authorizations: list[str | None] = []


@contextmanager
def carrier(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.authorizations.append(self.headers.get("Authorization"))
            self.send_response(answers.status)
            if answers.location:
                self.send_header("Location", answers.location)
            self.send_header("Content-Length", str(len(answers.body)))
            self.end_headers()
            self.wfile.write(answers.body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()


def fetch(answers: Answers, *, url: str | None = None, largest: int = 1000) -> bytes:
    with carrier(answers) as api:
        fetcher = MediaFetcher(api_url=api, account_sid="AC1", auth_token="secret")
        return fetcher.fetch(url or f"{api}/Media/ME1", largest=largest)


def problem(answers: Answers, *, url: str | None = None, largest: int = 1000) -> tuple[str, bool]:
    with pytest.raises(NotFetched) as caught:
        fetch(answers, url=url, largest=largest)
    return caught.value.problem, caught.value.is_final


def test_media_are_fetched_with_the_accounts_credentials() -> None:
    answers = Answers()

    assert fetch(answers) == PNG
    assert answers.authorizations == ["Basic QUMxOnNlY3JldA=="]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "https://example.org/x.png",
        "http://api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://user@api.twilio.com/x",
        "https://api.twilio.com.example.org/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(url: str) -> None:
    answers = Answers()
    with pytest.raises(NotFetched, match="not_from_carrier"), carrier(answers) as api:
        MediaFetcher(api_url=api, account_sid="AC1", auth_token="s").fetch(url, largest=10)
    assert answers.authorizations == []


def test_a_redirect_does_not_lead_out_of_the_carriers_hosts() -> None:
    answers = Answers()
    answers.status, answers.location = 302, "http://169.254.169.254/latest"

    assert problem(answers) == ("not_from_carrier", True)


def test_a_second_redirect_is_not_followed() -> None:
    answers = Answers()
    answers.status, answers.location = 302, "/Media/ME2"

    assert problem(answers) == ("redirected_twice", True)
    assert len(answers.authorizations) == 2


@pytest.mark.parametrize(("status", "is_final"), [(404, True), (410, True), (500, False)])
def test_what_is_gone_is_not_tried_again(status: int, is_final: bool) -> None:
    answers = Answers()
    answers.status = status

    assert problem(answers)[1] is is_final


def test_what_is_too_large_is_not_taken() -> None:
    answers = Answers()
    answers.body = bytes(5000)

    assert problem(answers) == ("too_large", True)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1",
     "0.0.0.0", "100.64.0.1", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    public = (2, 1, 6, "", ("93.184.216.34", 443))

    with pytest.raises(NotFetched):
        public_address([public, (2, 1, 6, "", (address, 443))])
    assert public_address([public]) == "93.184.216.34"


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(30), "image/jpeg"),
        (b"GIF89a" + bytes(30), "image/gif"),
        (b"%PDF-1.7" + bytes(30), "application/pdf"),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "text/vcard"),
        (b"<html></html>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ" + bytes(300), None),
        (b"PK\x03\x04" + bytes(100), None),
        (b"plain words", None),
    ],
)
def test_content_is_judged_by_what_it_is(content: bytes, kept: str | None) -> None:
    assert judged(filetype.guess_mime(content), content) == kept


def test_objects_lie_under_random_keys_and_odd_keys_find_nothing(tmp_path: Path) -> None:
    store = DirectoryStore(f"file://{tmp_path}")
    first, second = (store.put(PNG, content_type="image/png") for _ in range(2))

    assert first != second
    path = store.path_of(first)
    assert path is not None
    assert path.read_bytes() == PNG
    for key in ("../secret", "inbound/../../secret", "/etc/passwd", "", "inbound/none.png"):
        assert store.path_of(key) is None


def test_a_link_opens_its_picture_until_it_is_over(tmp_path: Path) -> None:
    store = DirectoryStore(f"file://{tmp_path}")
    key = store.put(PNG, content_type="image/png")
    now = [1000.0]
    links = MediaLinks("secret", "http://testserver", seconds=lambda: now[0])
    http = TestClient(Starlette(routes=media_routes(links, store)))
    url = links.url(key)

    good = http.get(url)
    tampered = http.get(url[:-2] + ("AA" if not url.endswith("AA") else "BB"))
    foreign = http.get(MediaLinks("other", "http://testserver").url(key))
    now[0] += 7 * 3600
    late = http.get(url)

    assert (good.status_code, good.content, good.headers["content-type"]) == (
        200,
        PNG,
        "image/png",
    )
    assert good.headers["x-content-type-options"] == "nosniff"
    assert [a.status_code for a in (tampered, foreign, late)] == [404, 404, 404]
