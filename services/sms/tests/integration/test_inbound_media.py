"""Attachments of texts that came in are fetched and judged (rule 3.5)."""

from pathlib import Path

import filetype
import pytest
from services.sms.tests.factories import CLIENT, OURS
from services.sms.tests.harness import Sms, a_received

from clientcomm_sms.adapters.inbound_tables import InboundTables
from clientcomm_sms.adapters.object_store import DirectoryStore
from clientcomm_sms.application.fetch_media import FetchMedia, NotFetched
from clientcomm_sms.domain.inbound import Media

pytestmark = pytest.mark.integration

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


class Pictures:
    """Answers by URL: content, or a fault."""

    def __init__(self, **answers: bytes | NotFetched) -> None:
        self.answers = answers

    def fetch(self, url: str, *, largest: int) -> bytes:
        answer = self.answers[url]
        if isinstance(answer, NotFetched):
            raise answer
        return answer


def fetching(sms: Sms, pictures: Pictures, folder: Path) -> FetchMedia:
    return FetchMedia(
        sms.database,
        pictures,
        DirectoryStore(f"file://{folder}"),
        sms.clock,
        rows=InboundTables(),
        sniff=filetype.guess_mime,
    )


async def test_attachments_are_fetched_and_judged_by_their_content(
    sms: Sms, tmp_path: Path
) -> None:
    media = tuple(Media(url, "image/png") for url in ("picture", "page", "gone", "card"))
    pictures = Pictures(
        picture=PNG,
        page=b"<html><script>alert(1)</script></html>",
        gone=NotFetched("gone", is_final=True),
        card=b"BEGIN:VCARD\r\nFN:Cy\r\nEND:VCARD",
    )
    await sms.receive(a_received("", number_from=CLIENT, number_to=OURS, media=media))

    await fetching(sms, pictures, tmp_path)()

    (text,) = await sms.told("sms.text.received.v1")
    assert [m["position"] for m in text["media"]] == [0, 1, 2, 3]
    told = sorted(await sms.told("sms.media.stored.v1"), key=lambda m: m["sequence"])
    assert [(m["content_type"], m["problem"]) for m in told] == [
        ("image/png", None),
        ("image/png", "not_allowed"),
        ("image/png", "gone"),
        ("text/vcard", None),
    ]
    assert (tmp_path / told[0]["object_key"]).read_bytes() == PNG
    assert [m["sequence"] for m in told] == [2, 3, 4, 5]


async def test_an_attachment_that_cannot_be_fetched_now_is_tried_again(
    sms: Sms, tmp_path: Path
) -> None:
    pictures = Pictures(picture=NotFetched("http_503"))
    fetch = fetching(sms, pictures, tmp_path)
    media = (Media("picture", "image/png"),)
    await sms.receive(a_received("look", number_from=CLIENT, number_to=OURS, media=media))
    await fetch()
    assert await sms.told("sms.media.stored.v1") == []

    pictures.answers["picture"] = PNG
    await sms.execute("UPDATE inbound_media SET next_try_at = now()")
    await fetch()

    (told,) = await sms.told("sms.media.stored.v1")
    assert told["size_bytes"] == len(PNG)


async def test_no_more_than_ten_attachments_are_taken(sms: Sms) -> None:
    media = tuple(Media(f"u{n}", "image/png") for n in range(14))

    await sms.receive(a_received("", number_from=CLIENT, number_to=OURS, media=media))

    (told,) = await sms.told("sms.text.received.v1")
    assert len(told["media"]) == 10
