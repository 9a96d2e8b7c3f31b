"""A case manager is away: a colleague finds and answers what clients write, for that time only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.journeys.people import Carrier, StaffMember, eventually

pytestmark = pytest.mark.stack

AWAY_REPLY = "I am away until tomorrow. A colleague reads your texts."


def test_a_cover_finds_and_answers_a_text_and_loses_sight_of_it_when_the_period_ends(
    case_manager: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client = case_manager.add_client()
    here = f"/conversations/{client.conversation_id}"
    assert colleague.http.get(here).status_code == 404
    cover = colleague.get("/me")

    made = case_manager.post(
        "/coverage",
        {
            "covered_by": cover["id"],
            "until": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "away_reply": AWAY_REPLY,
        },
    )
    assert made.status_code == 201, made.text
    try:
        _answer_as_cover(colleague, carrier, client.phone, department["number"], here)
    finally:
        ended = case_manager.http.delete(f"/coverage/{made.json()['id']}")

    assert ended.json()["now"] is False
    assert colleague.http.get(here).status_code == 404
    assert colleague.get("/search", q="zeppelin hearings")["items"] == []
    names = {m["body"]: m["staff"] for m in case_manager.thread(client.conversation_id)}
    assert names["Yes, at nine."]["full_name"] == cover["full_name"]


def _answer_as_cover(
    cover: StaffMember, carrier: Carrier, phone: str, number: str, here: str
) -> None:
    carrier.text(sender=phone, to=number, body="Is the zeppelin hearing on Friday?")

    def found() -> list[dict[str, Any]]:
        return list(cover.get("/search", q="zeppelin hearings")["items"])

    (hit,) = eventually(found)
    assert [part["text"] for part in hit["snippet"] if part["found"]] == ["zeppelin", "hearing"]
    assert hit["conversation_id"] == here.rpartition("/")[2]
    sent = cover.send(hit["conversation_id"], "Yes, at nine.")
    cover.await_state(sent["id"], "delivered")
    carrier.text(sender=phone, to=number, body="Thank you")
    cover.await_text(hit["conversation_id"], "Thank you")
    bodies = eventually(
        lambda: carrier.bodies(phone) if AWAY_REPLY in carrier.bodies(phone) else []
    )
    assert bodies.count(AWAY_REPLY) == 1
