"""Nothing of department B is on any page, fragment, live event, call or export of department A."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import chain

import pytest
from tests.journeys.canary import CANARY, KINDS, WORD, Nest, sung
from tests.journeys.people import Carrier, StaffMember, eventually
from tests.journeys.walks import LiveStream, Query, Visitor

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack

PREVIEWS = (
    "/transfers/edit", "/transfers/preview", "/closings/edit", "/closings/preview",
    "/mass-messages/edit", "/mass-messages/preview",
)  # fmt: skip
ROUTES_OF_B = 30
"""On so many routes B's own people find the canary; were it far fewer, A's walk proved little."""

DEEDS_REFUSED = 80


@dataclass
class Aviary:
    """The two departments, with what the live streams told while B was filled."""

    stack: RunningStack
    nest: Nest
    ours: list[Visitor]
    chief: Visitor
    streams: dict[str, LiveStream]


def _staff(stack: RunningStack, role: str, department: int, place: int = 0) -> StaffMember:
    name = stack.demo["departments"][department]["name"]
    found = [
        account
        for account in stack.demo["accounts"]
        if role in account["roles"] and account["department"] in (name, None)
    ]
    return StaffMember(stack.gateway_url, found[place])


@pytest.fixture(scope="module")
def aviary(stack: RunningStack) -> Iterator[Aviary]:
    with ExitStack() as open_things:

        def member(role: str, department: int, place: int = 0) -> StaffMember:
            return open_things.enter_context(closing(_staff(stack, role, department, place)))

        ours = [member(role, 0) for role in ("case_manager", "supervisor")]
        keeper, supervisor = member("case_manager", 1, 1), member("supervisor", 1)
        people = [
            open_things.enter_context(closing(Visitor(stack.gateway_url, one)))
            for one in (*ours, keeper, supervisor)
        ]
        nest = Nest(
            keeper=keeper,
            supervisor=supervisor,
            receiver=member("case_manager", 1),
            administrator=member("administrator", 0),
            mine=ours[0],
            carrier=open_things.enter_context(closing(Carrier(stack.simulator_url))),
            department=dict(stack.demo["departments"][1]),
        )
        streams = {
            name: open_things.enter_context(closing(LiveStream(visitor)))
            for name, visitor in zip(("ours", "supervisor", "theirs"), people, strict=False)
        }
        nest.build()
        yield Aviary(stack, nest, people[:2], people[3], streams)
        keeper.http.delete(f"/coverage/{nest.ids['theirs']['coverage_id']}")


def _found(aviary: Aviary, visitor: Visitor, *whose: str) -> dict[str, set[str]]:
    """By route, the kinds of canary that this person can get to see."""
    every = [aviary.nest.ids[one] for one in whose]
    walk = chain(
        visitor.pages(every, _page_queries(aviary)),
        visitor.calls(every, _known(aviary)),
        visitor.posted(PREVIEWS, _form(aviary)),
    )
    found: dict[str, set[str]] = defaultdict(set)
    for route, text in walk:
        found[route] |= sung(text)
    return found


def _page_queries(aviary: Aviary) -> list[Query]:
    """Each fits what department B has, so that whatever forgets whose it is shows it."""
    theirs, labels = aviary.nest.ids["theirs"], aviary.nest.labels
    return [
        {},
        {
            "conversation": theirs["conversation_id"],
            "conversation_id": theirs["conversation_id"],
            "from_conversation_id": aviary.nest.ids["stranger"]["conversation_id"],
            "absorb_id": aviary.nest.shared.id,
        },
        {"q": WORD},
        {"box": "unassigned"},
        {
            "box": "department",
            "department": theirs["department_id"],
            "assigned_to": theirs["staff_id"],
            "status": labels["status"],
            "due_status": labels["status"],
            "category": labels["category"],
        },
    ]


def _known(aviary: Aviary) -> Query:
    theirs, labels = aviary.nest.ids["theirs"], aviary.nest.labels
    return {
        "q": WORD,
        "conversation_id": theirs["conversation_id"],
        "department_id": theirs["department_id"],
        "assigned_to": theirs["staff_id"],
        "absorb_id": aviary.nest.shared.id,
        "status": labels["status"],
        "category": labels["category"],
        "box": "department",
        "state": "unassigned",
        "ended": "true",
    }


def _form(aviary: Aviary) -> dict[str, object]:
    chosen = [ids["conversation_id"] for ids in aviary.nest.ids.values()]
    label = aviary.nest.labels["outcome"]
    return {"conversation_id": chosen, "staff_id": aviary.nest.receiver.id, "outcome_id": label,
            "body": "To all", "subject": "", "note": ""}  # fmt: skip


def test_nobody_of_department_a_gets_to_see_anything_of_department_b(aviary: Aviary) -> None:
    whose = ("theirs", "shared", "joined", "stranger")
    with ThreadPoolExecutor(len(aviary.ours)) as walking:
        walks = walking.map(lambda visitor: _found(aviary, visitor, *whose), aviary.ours)

    for visitor, found in zip(aviary.ours, walks, strict=True):
        leaks = {route: kinds for route, kinds in found.items() if kinds}
        assert not leaks, (visitor.staff.account["roles"], leaks)
        assert len(found) > 2 * ROUTES_OF_B


def test_the_same_walk_finds_every_canary_in_its_own_department(aviary: Aviary) -> None:
    found = _found(aviary, aviary.chief, "theirs")
    routes = {route for route, kinds in found.items() if kinds}
    kinds = set().union(*found.values())
    for name in ("closed", "handed", "stranger"):
        here = aviary.nest.ids[name]["conversation_id"]
        kinds |= sung(aviary.chief.http.get(f"/conversations/{here}").text)

    assert kinds >= set(KINDS), set(KINDS) - kinds
    assert len(routes) >= ROUTES_OF_B, sorted(routes)


def test_nothing_that_department_a_does_changes_anything_of_department_b(aviary: Aviary) -> None:
    whose = [aviary.nest.ids[one] for one in ("theirs", "stranger")]
    before = _of_b(aviary)

    refused: set[str] = set()
    for visitor in aviary.ours:
        for route, status in visitor.meddle(whose, _meddling(aviary)):
            assert status < 500, (route, status)
            refused |= {route} if status in {403, 404, 409} else set()

    assert _of_b(aviary) == before
    # By its owner; a form that lacks something proves nothing.
    assert len(refused) >= DEEDS_REFUSED, sorted(refused)


def _meddling(aviary: Aviary) -> dict[str, object]:
    """What B's people could well have typed; whom it is about is department B's."""
    theirs, receiver = aviary.nest.ids["theirs"], aviary.nest.receiver.id
    ids = [aviary.nest.ids[one]["conversation_id"] for one in ("theirs", "stranger")]
    return {
        "conversation_id": theirs["conversation_id"],
        "conversation_ids": ids,
        "client_id": theirs["client_id"],
        "absorb_id": aviary.nest.shared.id,
        "staff_id": receiver,
        "covered_by": receiver,
        "department_id": theirs["department_id"],
        "status_id": None,
        "category_id": None,
        "outcome_id": aviary.nest.labels["outcome"],
        "first_name": "Changed",
        "last_name": "Changed",
        "full_name": "Changed",
        "notes": "changed",
        "label": "changed",
        "name": "Changed",
        "department_name": "Changed",
        "body": "Changed",
        "note": "changed",
        "language": "es",
        "phone": aviary.nest.theirs.phone,
        "number": "+13035550177",
        "items": [],
        "until": "2031-03-20T09:00:00Z",
        "local_date": "2031-03-20",
        "local_time": "2031-03-20T09:00:00",
    }


def _of_b(aviary: Aviary) -> dict[str, object]:
    """All that B's supervisor reads of it."""
    chief, seen = aviary.chief.staff, dict[str, object]()
    for name in ("theirs", "stranger"):
        ids = aviary.nest.ids[name]
        here = ids["conversation_id"]
        lines = chief.transcript(here).splitlines()
        seen[name] = [line for line in lines if not line.startswith("Exported ")]
        seen[f"{name}'s conversation"] = chief.conversation(here)
        seen[f"{name}'s schedule"] = chief.get("/scheduled-messages", conversation_id=here)["items"]
    theirs = aviary.nest.ids["theirs"]
    seen["client"] = chief.get(f"/clients/{theirs['client_id']}")
    seen["mass message"] = chief.get(f"/mass-messages/{theirs['mass_message_id']}")
    seen["staff"] = chief.get("/staff", department_id=theirs["department_id"])
    seen["labels"] = chief.get("/labels")
    seen["coverage"] = chief.get("/coverage")
    settings = aviary.nest.administrator.get(f"/departments/{theirs['department_id']}")
    seen["settings"] = {k: v for k, v in settings.items() if k != "active_conversations"}
    return seen


def test_no_live_event_of_department_a_carries_anything_of_department_b(aviary: Aviary) -> None:
    ours = aviary.nest.ids["joined"]["conversation_id"]
    to = aviary.stack.demo["departments"][0]["number"]
    aviary.nest.carrier.text(sender=aviary.nest.shared.phone, to=to, body="Only for department A")

    # What happened before in B would have been told before this.
    for name in ("ours", "supervisor"):
        eventually(partial(aviary.streams[name].names, ours))
        assert not aviary.streams[name].names(CANARY), name
        assert not aviary.streams[name].names(aviary.nest.theirs.conversation_id), name
    eventually(partial(aviary.streams["theirs"].names, CANARY))
    assert not aviary.streams["theirs"].names("Only for department A")


def test_no_e_mail_carries_what_was_texted_or_noted(aviary: Aviary) -> None:
    """Not even to B's own people, but for the note of a transfer to who receives it."""
    carrier, receiver = aviary.nest.carrier, aviary.nest.receiver
    eventually(lambda: carrier.letters(receiver, CANARY))

    for visitor in (*aviary.ours, aviary.chief):
        assert carrier.letters(visitor.staff, CANARY) == []
    for letter in carrier.letters(receiver, CANARY):
        assert sung(str(letter)) == {"note"}
