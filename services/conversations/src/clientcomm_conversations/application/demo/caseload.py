"""A case manager's forty made-up clients over some weeks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clientcomm_contracts.values import Author
from clientcomm_conversations.application.demo.people import DemoClient, Employed
from clientcomm_conversations.application.demo.plot import Plot
from clientcomm_conversations.application.demo.stage import Kept, Mailing, Part, Stage
from clientcomm_conversations.application.demo.story import Story, new_thread
from clientcomm_conversations.application.demo.turns import HANDED_ON, TURNS
from clientcomm_conversations.application.directory import NewDepartment
from clientcomm_conversations.domain.demo import cast, episodes
from clientcomm_conversations.domain.demo.dates import appointment, in_words

CLIENTS_EACH = 40
_CONSENTS = ("signed form at intake", "asked on the phone", "signed form at court")
_NOTES = (
    "Prefers texts in the afternoon.",
    "Works nights at the warehouse; call after 2.",
    "Shares a car with a sister.",
    "Bus line 12. No data plan.",
)
_NOTED = 0.3


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties a caseload to others, by place: phones shared, clients had in common."""

    phones: Mapping[int, str] = field(default_factory=dict)
    clients: Mapping[int, DemoClient] = field(default_factory=dict)
    colleague: Employed | None = None


def tell_caseload(stage: Stage, owner: Employed, ties: Ties) -> list[DemoClient]:
    """Forty conversations of one case manager; returns the clients in order of place."""
    assert owner.person.office is not None
    department = stage.offices[owner.person.office]
    mailing = _mailing(stage, owner, department)
    clients = []
    for place in range(CLIENTS_EACH):
        client = _client(stage, department, owner, place, ties)
        _tell(_part(stage, owner, department, client), place, mailing, ties.colleague)
        clients.append(client)
    return clients


def _client(
    stage: Stage, department: NewDepartment, owner: Employed, place: int, ties: Ties
) -> DemoClient:
    known = ties.clients.get(place)
    if known is not None:
        return known
    added = stage.now - timedelta(days=stage.chance.uniform(20, 44))
    client = stage.casting.client(department, added, owner.id)
    phone = ties.phones.get(place)
    if phone is not None:
        number = client.numbers[0].model_copy(update={"value": phone, "label": "family phone"})
        client = replace(client, numbers=(number,))
    stage.know(client, added)
    return client


def _part(stage: Stage, owner: Employed, department: NewDepartment, client: DemoClient) -> Part:
    office = next(office for office in cast.OFFICES if office.name == department.name)
    words = {
        "first": client.first_name,
        "me": owner.person.first_name,
        "office": department.name,
        "place": stage.chance.choice(office.places),
        "room": stage.chance.choice(office.rooms),
    }
    zone = ZoneInfo(department.time_zone)
    plot = Plot(stage.chance, zone, stage.now, words, client.language)
    return Part(stage, owner, department, client, plot)


def _tell(part: Part, place: int, mailing: Mailing, colleague: Employed | None) -> None:
    stage = part.stage
    opened = part.plot.staff_hours(max(part.client.created_at, part.ago(days=40)))
    begun_by = colleague if colleague and place == HANDED_ON else part.owner
    part.plot.at(opened, lambda story, at: story.begin(at, begun_by.id, begun_by.id))
    _weeks(part, opened)
    if place in TURNS and (place != HANDED_ON or colleague):
        TURNS[place](part)
    if mailing.at > opened:
        _receive(part, mailing)
    story = _story(part)
    part.plot.play(story)
    story.read_up_to_unread()
    stage.kept.append(_kept(part, story, opened))


def _story(part: Part) -> Story:
    client = part.client
    thread = new_thread(
        thread_id=part.stage.new_id(client.created_at),
        department_id=part.department.id,
        time_zone=client.time_zone,
        client_id=client.id,
        sender=None,
        language=client.language,
    )
    return Story(thread, part.department.number, client.number, part.stage.names, part.stage.new_id)


def _kept(part: Part, story: Story, opened: datetime) -> Kept:
    chance = part.stage.chance
    return Kept(
        story=story,
        client_id=part.client.id,
        opened_at=opened,
        consent_by=part.owner.id,
        consent_how=chance.choice(_CONSENTS),
        notes=chance.choice(_NOTES) if chance.random() < _NOTED else "",
        outcome_id=part.department.outcome_id if story.closed_at else None,
    )


def _weeks(part: Part, opened: datetime) -> None:
    """A welcome, then an exchange every week or so, none since yesterday."""
    chance, plot, language = part.stage.chance, part.plot, part.client.language
    answer = chance.choice(episodes.WELCOME_ANSWERS[language])
    plot.episode((f"> {episodes.WELCOME[language]}", f"< {answer}"), opened)
    lines = list(episodes.SPANISH if language == "es" else episodes.ENGLISH)
    chance.shuffle(lines)
    day = opened + timedelta(days=chance.uniform(2, 6))
    while lines and day < part.ago(hours=40):
        plot.episode(lines.pop(), day)
        day = plot.after_all(days=chance.uniform(3, 10))


def _mailing(stage: Stage, owner: Employed, department: NewDepartment) -> Mailing:
    zone = ZoneInfo(department.time_zone)
    plot = Plot(stage.chance, zone, stage.now, {}, "en")
    at = plot.staff_hours(stage.now - timedelta(days=stage.chance.uniform(11, 14)))
    words = {"office": department.name, **in_words(appointment(stage.chance, at, zone), "en")}
    mailing = Mailing(
        id=stage.new_id(at),
        department_id=department.id,
        staff_id=owner.id,
        body=episodes.OFFICE_CLOSED.format_map(words),
        at=at,
    )
    stage.mailings.append(mailing)
    return mailing


def _receive(part: Part, mailing: Mailing) -> None:
    delay = timedelta(seconds=part.stage.chance.uniform(1, 25))

    def act(story: Story, at: datetime) -> None:
        is_theirs = story.thread.assigned_to == mailing.staff_id
        if is_theirs and not story.thread.is_opted_out and story.closed_at is None:
            story.write(at, mailing.body, author=Author.MASS, mass_message_id=mailing.id)

    part.plot.at(mailing.at + delay, act)
