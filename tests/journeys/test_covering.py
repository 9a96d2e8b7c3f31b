"""A case manager is away: a colleague finds and answers what clients write, for that time only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.journeys.people import Carrier, StaffMember, eventually

pytestmark = pytest.mark.stack

AWAY_REPLY = "I am away until tomorrow. A colleague reads your texts."


def test_a_cover_finds_and_answers_a_text_and_loses_sight_of_it_when_the_period_ends(
    absentee: StaffMember,
    colleague: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client = absentee.add_client()
    here = f"/conversations/{client.conversation_id}"
    assert colleague.http.get(here).status_code == 404
    cover = colleague.get("/me")

    made = absentee.post(
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
        ended = absentee.http.delete(f"/coverage/{made.json()['id']}")

    assert ended.json()["now"] is False
    assert colleague.http.get(here).status_code == 404
    assert colleague.get("/search", q="zeppelin hearings")["items"] == []
    names = {m["body"]: m["staff"] for m in absentee.thread(client.conversation_id)}
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


def test_a_supervisor_who_covers_answers_under_their_own_name_and_marks_nothing_read(
    absentee: StaffMember,
    supervisor: StaffMember,
    carrier: Carrier,
    department: dict[str, str],
) -> None:
    client = absentee.add_client()
    here = f"/conversations/{client.conversation_id}"
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    period = absentee.do("/coverage", {"covered_by": supervisor.id, "until": until})

    try:
        carrier.text(sender=client.phone, to=department["number"], body="Anybody there?")
        supervisor.await_text(client.conversation_id, "Anybody there?")
        covered = supervisor.get("/conversations", box="covering", q=client.phone)["items"]
        read = supervisor.post(f"{here}/read")
        answer = supervisor.send(client.conversation_id, "I am, until tomorrow.")
        supervisor.await_state(answer["id"], "delivered")
    finally:
        absentee.http.delete(f"/coverage/{period['id']}")

    assert [one["id"] for one in covered] == [client.conversation_id]
    assert read.status_code == 403
    mine = absentee.conversation(client.conversation_id)
    assert (mine["unread_count"], mine["assigned_to"]["id"]) == (1, absentee.id)
    sent = absentee.message(answer["id"])
    assert sent["staff"]["id"] == supervisor.id
