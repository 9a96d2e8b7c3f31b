"""REST API v1: what scripts rely on (interfaces.md)."""

import re
from uuid import uuid4

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.conversations.reading import ListConversations

pytestmark = pytest.mark.integration


async def test_a_message_has_the_fields_that_scripts_rely_on(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        path = f"/conversations/{scene.talk.row.id}/messages"

        sent = await api.post(path, json={"body": "Hi"}, headers={"Idempotency-Key": "a"})
        listed = await api.get(path, params={"limit": 2})

    assert sent.status_code == 201
    assert set(sent.json()) >= {
        "id", "conversation_id", "direction", "body", "state", "author", "segments",
        "attachments", "error", "created_at", "sent_at", "delivered_at",
    }  # fmt: skip
    assert sent.json()["created_at"].endswith("Z")
    assert [one["body"] for one in listed.json()["items"]] == ["See you", "Hi"]
    assert listed.json()["next"]
    link = re.fullmatch(r'<([^>]+)>; rel="next"', listed.headers["link"])
    assert link
    async with await house.api(scene.manager) as api:
        before = await api.get(link[1].removeprefix("/api/v1"))
    assert [one["body"] for one in before.json()["items"]] == ["On my way"]


async def test_a_conversation_has_the_fields_that_scripts_rely_on(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        listed = (await api.get("/conversations")).json()["items"]
        one = (await api.get(f"/conversations/{scene.talk.row.id}")).json()

    fields = {
        "id", "client", "sender", "department_id", "assigned_to", "state", "unread",
        "delivery_problem", "last_contact_at", "next_appointment_at", "scheduled_count", "sequence",
    }  # fmt: skip
    assert set(listed[0]) >= fields
    assert set(one) >= fields
    assert one["client"]["last_name"] == "Reed"
    assert one["assigned_to"] == {"id": str(scene.manager.id), "full_name": "Maria Gomez"}
    assert one["unread"] is True


async def test_the_same_key_gives_the_same_answer_and_another_body_422(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        path = f"/conversations/{scene.talk.row.id}/messages"
        key = {"Idempotency-Key": "once"}

        first = await api.post(path, json={"body": "Hi", "attachment_ids": []}, headers=key)
        second = await api.post(path, json={"attachment_ids": [], "body": "Hi"}, headers=key)
        other = await api.post(path, json={"body": "Ho"}, headers=key)

    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (201, 201)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


async def test_texts_do_not_go_out_without_a_key(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        single = await api.post(f"/conversations/{scene.talk.row.id}/messages", json={"body": "x"})
        mass = await api.post(
            "/mass-messages", json={"body": "x", "conversation_ids": [str(scene.talk.row.id)]}
        )

    for answer in (single, mass):
        assert answer.status_code == 422
        assert "idempotency-key" in answer.text.lower()
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_a_preview_sends_nothing(house: House) -> None:
    scene = await a_scene(house)
    before = len(house.world.mass)
    body = {
        "body": "x",
        "preview": True,
        "conversation_ids": [str(scene.talk.row.id), str(uuid4())],
    }
    async with await house.api(scene.manager) as api:
        answer = await api.post("/mass-messages", json=body, headers={"Idempotency-Key": "p"})

    assert answer.status_code == 200
    assert answer.json()["preview"] is True
    assert answer.json()["recipients"] == 1
    assert [one["code"] for one in answer.json()["skipped"]] == ["not_found"]
    assert len(house.world.mass) == before


async def test_adding_a_client_answers_as_rule_2_4_says(house: House) -> None:
    scene = await a_scene(house)
    new = {"first_name": "Eve", "last_name": "Lane", "phone": "(202) 555-0199"}
    known = {"last_name": "Reed", "phone": "+12025550123"}
    async with await house.api(scene.manager) as api:
        added = await api.post("/clients", json=new)
        own = await api.post("/clients", json=known)
    async with await house.api(scene.stranger) as api:
        colleagues = await api.post("/clients", json=known)
        shared = await api.post("/clients", json={**known, "resolve": "shared_phone"})

    assert added.status_code == 201
    assert {added.json()["id"], added.json()["conversation_id"]} <= {
        *map(str, house.world.clients), *map(str, house.world.talks),
    }  # fmt: skip
    assert own.status_code == 200
    assert own.json()["conversation_id"] == str(scene.talk.row.id)
    assert colleagues.status_code == 409
    assert colleagues.json()["code"] == "assigned_to_colleague"
    assert colleagues.json()["staff"]["full_name"] == "Maria Gomez"
    assert shared.status_code == 201


async def test_filters_become_the_owners_question(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        answer = await api.get(
            "/conversations",
            params={"q": "reed", "unread": "true", "sort": "-last_contact", "language": "en"},
        )
        odd = [
            await api.get("/conversations", params=params)
            for params in (
                {"sort": "size"},
                {"state": "lost"},
                {"assigned_to": "me"},
                {"limit": "0"},
                {"limit": "9" * 400},
                {"cursor": "nonsense"},
                {"q": "a\0b"},
                {"colour": "red"},
            )
        ]

    assert answer.status_code == 200
    question = next(one for one in house.owners.asked if isinstance(one, ListConversations))
    assert (question.q, question.unread, question.sort, question.descending) == (
        "reed", True, "last_contact", True,
    )  # fmt: skip
    assert [one.status_code for one in odd] == [422] * len(odd)


async def test_clients_are_listed_without_unknown_senders(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.auditor) as api:
        everybody = (await api.get("/conversations", params={"box": "department"})).json()["items"]
        listed = (await api.get("/clients", params={"box": "department"})).json()["items"]
        found = (await api.get("/clients", params={"box": "department", "q": "0123"})).json()
        odd = await api.get("/clients", params={"sort": "size"})

    assert None in [one["client"] for one in everybody]
    assert [one["id"] for one in listed] == [
        one["client"]["id"] for one in everybody if one["client"]
    ]
    [reed] = found["items"]
    assert (reed["first_name"], reed["conversation_id"]) == ("Dan", str(scene.talk.row.id))
    assert reed["assigned_to"]["full_name"] == "Maria Gomez"
    assert found["next"] is None
    assert odd.status_code == 422


PROMISED = {
    "/me": "get", "/departments": "get", "/staff": "get", "/clients": "get post",
    "/clients/{client_id}": "get patch", "/clients/{client_id}/numbers": "post",
    "/clients/{client_id}/numbers/{number_id}": "delete", "/clients/{client_id}/merge": "post",
    "/conversations": "get", "/conversations/{conversation_id}": "get",
    **{f"/conversations/{{conversation_id}}/{deed}": "post" for deed in (
        "transfer", "close", "reopen", "read", "unread", "assign", "attach", "block", "unblock",
    )},
    "/transfers": "post", "/coverage": "get post", "/coverage/{coverage_id}": "delete",
    "/search": "get", "/conversations/{conversation_id}/messages": "get post",
    "/messages/{message_id}": "get", "/messages/{message_id}/refile": "post",
    "/messages/{message_id}/resend": "post", "/scheduled-messages": "get post",
    "/scheduled-messages/{scheduled_message_id}": "get patch delete", "/mass-messages": "post",
    "/mass-messages/{mass_message_id}": "get", "/mass-messages/{mass_message_id}/stop": "post",
    "/exports": "post", "/exports/{export_id}": "get", "/exports/{export_id}/file": "get",
}  # fmt: skip
"""What interfaces.md promises of the parts that are built."""


async def test_every_call_that_scripts_rely_on_is_there(house: House) -> None:
    paths = house.gateway.api.openapi()["paths"]

    lacking = {
        path: set(methods.split()) - set(paths.get(path, {})) for path, methods in PROMISED.items()
    }

    assert {path: methods for path, methods in lacking.items() if methods} == {}


async def test_a_transcript_is_exported_as_json_and_as_text(house: House) -> None:
    scene = await a_scene(house)
    body = {"conversation_id": str(scene.talk.row.id), "format": "text"}
    async with await house.api(scene.manager) as api:
        made = await api.post("/exports", json=body, headers={"Idempotency-Key": "e"})
        again = await api.post("/exports", json=body, headers={"Idempotency-Key": "e"})
        plain = await api.get(made.json()["file"].removeprefix("/api/v1"))
        as_json = await api.post("/exports", json={**body, "format": "json"})
        structured = await api.get(as_json.json()["file"].removeprefix("/api/v1"))
    async with await house.api(scene.stranger) as api:
        others = await api.get(made.json()["file"].removeprefix("/api/v1"))

    assert made.json() == again.json()
    assert plain.headers["content-type"].startswith("text/plain")
    assert plain.text == "On my way\nSee you"
    assert [one["body"] for one in structured.json()["items"]] == ["On my way", "See you"]
    assert structured.json()["complete_up_to"] is None
    assert others.status_code == 404


async def test_the_description_is_openapi_3_1_and_readable_without_other_hosts(
    house: House,
) -> None:
    browser = house.browser()

    description = (await browser.get("/api/v1/openapi.json")).json()
    page = await browser.get("/api/docs")

    assert description["openapi"].startswith("3.1")
    # Two models of one name would show the modules that they live in.
    assert [name for name in description["components"]["schemas"] if "__" in name] == []
    assert page.status_code == 200
    for path in description["paths"]:
        assert f"/api/v1{path}" in page.text
    assert "//cdn" not in page.text
