"""A transcript as plain text."""

import pytest
from services.export.tests.factories import (
    OURS,
    THEIRS,
    Teller,
    a_request,
)
from services.export.tests.integration.conftest import Bench

from clientcomm_contracts.values import MarkerKind

pytestmark = pytest.mark.integration


async def test_plain_text_reads_like_a_thread(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(
        teller.written("Two\nlines"),
        teller.received("ok"),
        teller.marked(MarkerKind.NUMBER_CHANGED, old_number=THEIRS),
    )

    text = (await bench.transcript(a_request(teller.id, 3, as_text=True))).text

    assert text is not None
    lines = text.splitlines()
    assert lines[0] == "Transcript: Sam Lee"
    assert lines[1] == "Range: everything"
    assert lines[2] == "Times are in America/Los_Angeles."
    assert lines[5:] == [
        "[Jun 1, 2026, 8:01:00 AM PDT] sent by Pat Rivera",
        f"    {OURS} -> {THEIRS}, waiting to be sent",
        "    | Two",
        "    | lines",
        "",
        "[Jun 1, 2026, 8:02:00 AM PDT] received from Sam Lee",
        f"    {THEIRS} -> {OURS}, received",
        "    | ok",
        "",
        f"[Jun 1, 2026, 8:03:00 AM PDT] --- Number changed (old number: {THEIRS}), by Pat Rivera",
        "",
    ]


async def test_pages_of_text_put_together_are_the_whole_text(bench: Bench) -> None:
    teller = Teller()
    await bench.tell(*(teller.written(f"text {number}") for number in range(7)))
    parts: list[str] = []
    cursor = None

    while cursor is not None or not parts:
        page = await bench.transcript(a_request(teller.id, 7, as_text=True, cursor=cursor, limit=3))
        parts.append(page.text or "")
        cursor = page.next

    whole = await bench.transcript(a_request(teller.id, 7, as_text=True))
    assert len(parts) == 3
    assert "".join(parts).splitlines()[5:] == (whole.text or "").splitlines()[5:]
