"""Who and what stands in a test: a case manager, a colleague, and things of the former's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.world import NOW, ZONE, Talk, a_coverage

from clientcomm_contracts.conversations.mass_messages import SendMassMessage
from clientcomm_contracts.conversations.views import MessageView, StaffView
from clientcomm_contracts.people import Asker
from clientcomm_contracts.scheduler import ScheduledMessageView
from clientcomm_contracts.values import MessageState, Role, ScheduledState


@dataclass
class Scene:
    """People and ids."""

    manager: StaffView
    stranger: StaffView
    front_desk: StaffView
    auditor: StaffView
    administrator: StaffView
    talk: Talk
    inbound: MessageView
    unassigned: Talk
    ids: dict[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)

    def fill(self, path: str) -> str:
        return path.format(**self.ids)

    def query(self, path: str) -> dict[str, str]:
        if path in {"/search", "/messages"}:
            return {"q": "on my way"}
        if path == "/clients/{client_id}/merge":
            return {"absorb_id": self.ids["twin_id"]}
        wants = path == "/scheduled-messages"
        return {"conversation_id": self.ids["conversation_id"]} if wants else {}

    def body(self, path: str) -> dict[str, object]:
        """A sensible body for a call."""
        bodies: dict[str, dict[str, object]] = {
            "/clients": {"first_name": "Eve", "last_name": "Lane", "phone": "202-555-0199"},
            "/transfer-requests": {"phone": "202-555-0123"},
            "/clients/{client_id}": {"notes": "Called"},
            "/quarantine/{text_id}/assign": {"department_id": self.ids["department_id"]},
            "/quarantine/{text_id}/file": {"department_id": self.ids["department_id"]},
            "/clients/{client_id}/numbers": {"phone": "202-555-0188"},
            "/clients/{client_id}/numbers/{number_id}": {"label": "work"},
            "/clients/{client_id}/merge": {"absorb_id": self.ids["twin_id"]},
            "/conversations/{conversation_id}/attach": {"client_id": self.ids["twin_id"]},
            "/messages/{message_id}/refile": {"client_id": self.ids["client_id"]},
            "/conversations/{conversation_id}/read": {},
            "/conversations/{conversation_id}/messages": {"body": "Hello"},
            "/conversations/{conversation_id}/assign": {"staff_id": str(self.manager.id)},
            "/conversations/{conversation_id}/transfer": {"staff_id": str(self.stranger.id)},
            "/conversations/{conversation_id}": {"status_id": None},
            "/transfers": {
                "conversation_ids": [self.ids["conversation_id"]],
                "staff_id": str(self.stranger.id),
                "preview": True,
            },
            "/closings": {"conversation_ids": [self.ids["conversation_id"]], "preview": True},
            "/scheduled-messages": {
                "conversation_id": self.ids["conversation_id"],
                "body": "Later",
                "local_time": "2026-03-20T09:00:00",
            },
            "/scheduled-messages/{scheduled_message_id}": {"body": "Changed"},
            "/mass-messages": {
                "conversation_ids": [self.ids["conversation_id"]],
                "body": "To all",
            },
            "/coverage": {
                "covered_by": str(self.stranger.id),
                "until": "2026-03-20T09:00:00Z",
            },
            "/exports": {"conversation_id": self.ids["conversation_id"]},
            "/staff": {
                "full_name": "New One",
                "email": "new@elm.example",
                "roles": [{"role": "auditor", "department_id": self.ids["department_id"]}],
            },
            "/staff/{staff_id}": {"full_name": "Other Name"},
            "/departments": {"name": "New", "time_zone": ZONE, "number": "2025550188"},
            "/departments/{department_id}": {"name": "Renamed"},
            "/departments/{department_id}/number": {"number": "+12025550111"},
            "/departments/{department_id}/lists/{which}": {"items": [{"label": "A"}]},
        }
        return bodies.get(path, {})


async def a_scene(house: House) -> Scene:
    """Maria has a client with texts; Ben, of the same department, has nothing to do with it."""
    world = house.world
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    ben = world.add_staff("Ben Okafor", Role.CASE_MANAGER)
    desk = world.add_staff("Fay Desk", Role.FRONT_DESK)
    auditor = world.add_staff("Al Auditor", Role.AUDITOR)
    chief = world.add_staff("Cleo Chief", Role.ADMINISTRATOR)
    leaver = world.add_staff("Lee Leaver", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)
    inbound = world.hear(talk, "On my way")
    failed = world.write(talk, "See you", maria, state=MessageState.FAILED)
    unassigned = world.add_stranger("+12025550177")
    world.hear(unassigned, "Who is this?")
    scheduled = _scheduled(talk, maria)
    world.scheduled[scheduled.id] = scheduled
    attachment_id = uuid4()
    world.attachments[attachment_id] = (talk.row.id, "picture", "image/png")
    await house.put_object("picture", b"\x89PNG")
    mass = await _mass_message(house, maria, talk)
    twin = world.add_client("Daniel", "Reed", "+12025550124", maria)
    assert talk.row.client_id is not None
    away = a_coverage(maria, ben)
    world.coverage[away.id] = away
    for person in (maria, ben, desk, auditor, chief, leaver):
        await house.hire(person)
    return Scene(
        manager=maria,
        stranger=ben,
        front_desk=desk,
        auditor=auditor,
        administrator=chief,
        talk=talk,
        inbound=inbound,
        unassigned=unassigned,
        ids={
            "conversation_id": str(talk.row.id),
            "client_id": str(talk.row.client_id),
            "text_id": str(world.quarantine_text("+12025550155").id),
            "number_id": str(world.clients[talk.row.client_id].numbers[0].id),
            "message_id": str(failed.id),
            "scheduled_id": str(scheduled.id),
            "scheduled_message_id": str(scheduled.id),
            "mass_message_id": mass,
            "attachment_id": str(attachment_id),
            "session_id": str(uuid4()),
            "coverage_id": str(away.id),
            "export_id": str(uuid4()),
            "staff_id": str(leaver.id),
            "twin_id": str(twin.row.client_id),
            "department_id": str(world.department.id),
            "secret": "nonsense",
            "which": "statuses",
        },
        fields={
            "body": "Hello",
            "staff_id": str(maria.id),
            "local_date": "2026-03-20",
            "local_time": "09:00",
            "first_name": "Eve",
            "last_name": "Lane",
            "phone": "202-555-0199",
            "conversation_id": str(talk.row.id),
            "language": "en",
            "absorb_id": str(twin.row.client_id),
            "is_shared": "1",
            "covered_by": str(ben.id),
            "until_date": "2026-03-20",
            "full_name": "New Person",
            "department_name": "New",
            "time_zone": ZONE,
            "number": "+12025550111",
            "email": "new.person@elm.example",
            "role": f"auditor:{world.department.id}",
        },
    )


async def signed_in_manager(house: House) -> tuple[Scene, Browser]:
    """The scene, seen by Maria."""
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    return scene, browser


def _scheduled(talk: Talk, staff: StaffView) -> ScheduledMessageView:
    return ScheduledMessageView(
        id=uuid4(),
        conversation_id=talk.row.id,
        body="Court tomorrow",
        local_time=NOW.replace(tzinfo=None, day=20),
        time_zone=ZONE,
        due_at=NOW.replace(day=20),
        state=ScheduledState.SCHEDULED,
        by_staff_id=staff.id,
        by_staff_name=staff.full_name,
        created_at=NOW,
        version=1,
    )


async def _mass_message(house: House, staff: StaffView, talk: Talk) -> str:
    question = SendMassMessage(
        asker=Asker(staff_id=staff.id), conversation_ids=(talk.row.id,), body="To all"
    )
    reply = await house.owners.call(question)
    house.owners.asked.clear()
    return str(reply.mass_message.id)
