"""Whatever is sent to a form of ours, a page says what is wrong, and it is never our fault."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import Scene, a_scene
from services.gateway.tests.world import World
from starlette.routing import Route

from clientcomm_gateway.adapters.web.routes import page_routes
from clientcomm_gateway.adapters.web.routing import Pages

pytestmark = pytest.mark.integration

Pairs = Sequence[tuple[str, str]]

ENDS_A_SESSION = {"/sign-out", "/settings/sessions/end", "/settings/sessions/{session_id}/end"}
OF_ADMINISTRATORS = ("/staff", "/departments", "/quarantine", "/set-up")
OTHER_FIELDS = (
    "note", "notes", "label", "answer", "client_id", "outcome_id", "status_id", "category_id",
    "name_from", "primary_number_id", "replaces", "is_primary", "is_wrong", "consent_how",
    "from_conversation_id", "to_number_id", "unread_shown", "box", "q", "cursor", "tell_client",
    "others_to", "department_id", "escalate_hours", "quiet_starts", "quiet_ends", "holidays",
    "monday_starts", "monday_ends", "since_date", "since_time", "until_time", "away_reply",
    "label_0", "colour_0", "days_0", "default", "offered_0", "id_0", "desk_phone", "id_number",
    "fallback_phone", "current_password", "new_password", "new_password_again", "repeat_key",
)  # fmt: skip
ODD = (
    "\0", "-1", "9" * 30, "null", "{}", "25:99", "2026-02-30", "9999-12-31", "inf", "1e400",
    "\u202e", "\N{GRINNING FACE}" * 1700, "{department}", "%00", "a\r\nb", "' or 1=1 --",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip


def _forms(house: House) -> list[str]:
    routes = page_routes(house.gateway.site, Pages(house.gateway.site))
    paths = {
        route.path
        for route in routes
        if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    return sorted(paths - ENDS_A_SESSION)


def _all_fields(scene: Scene) -> dict[str, str]:
    return {**dict.fromkeys(OTHER_FIELDS, ""), **scene.fields}


def _variants(scene: Scene, world: World) -> Iterable[tuple[str, Pairs]]:
    fields = _all_fields(scene)
    elsewhere = str(world.other_department.id)
    yield "nothing", ()
    yield "too long", [(name, "x" * 20_000) for name in fields]
    yield "twice", [(name, value) for name in fields for value in (fields[name], "other")]
    yield "of others", [(name, elsewhere) for name in fields if name.endswith("_id")]
    for odd in ODD:
        yield repr(odd[:10]), [(name, odd) for name in fields]


async def _post(browser: Browser, path: str, pairs: Pairs) -> int:
    """The status of the answer, which `Browser` has checked as a page."""
    body = urlencode([("csrf_token", browser.token), *pairs])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return (await browser.send(path, body, headers)).status_code


async def test_every_form_answers_whatever_is_in_it(house: House) -> None:
    scene = await a_scene(house)
    manager, administrator = house.browser(), house.browser()
    await manager.sign_in(scene.manager)
    await administrator.sign_in(scene.administrator)
    wrong = []

    for path in _forms(house):
        browser = administrator if path.startswith(OF_ADMINISTRATORS) else manager
        for what, pairs in _variants(scene, house.world):
            status = await _post(browser, scene.fill(path), pairs)
            if status >= 500:
                wrong.append((path, what, status))

    assert wrong == []


async def test_one_wrong_field_among_good_ones_is_answered_too(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    wrong = []

    for path in ("/clients/new", "/coverage", "/transfers/preview", "/mass-messages/preview"):
        for name in scene.fields:
            for odd in ("", ODD[0], ODD[8], "x" * 20_000):
                pairs = list({**scene.fields, name: odd}.items())
                status = await _post(browser, path, pairs)
                if status >= 500:
                    wrong.append((path, name, odd[:10], status))

    assert wrong == []
