"""What those who tell the demo's stories share, and what they leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from clientcomm_contracts.contract import Event
from clientcomm_conversations.application.demo.people import Casting, DemoClient, Employed
from clientcomm_conversations.application.demo.plot import Plot
from clientcomm_conversations.application.demo.story import NewId, Story
from clientcomm_conversations.application.directory import NewDepartment


@dataclass(slots=True)
class Kept:
    """A finished conversation with what its rows need beside the thread."""

    story: Story
    client_id: UUID | None
    opened_at: datetime
    consent_by: UUID | None = None
    consent_how: str = ""
    notes: str = ""
    outcome_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Mailing:
    """A mass message that stands in many threads."""

    id: UUID
    department_id: UUID
    staff_id: UUID
    body: str
    at: datetime


@dataclass(slots=True)
class Stage:
    """Chance, people and time on one side; conversations and facts on the other."""

    chance: Random
    now: datetime
    new_id: NewId
    casting: Casting
    offices: Mapping[str, NewDepartment]
    names: Mapping[UUID, str]
    clients: dict[UUID, DemoClient] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    mailings: list[Mailing] = field(default_factory=list)

    def know(self, client: DemoClient, at: datetime) -> None:
        """A client is new, or changed; told as a fact."""
        self.clients[client.id] = client
        self.told.append(client.told(at))


@dataclass(frozen=True, slots=True)
class Part:
    """One client of one case manager on the stage."""

    stage: Stage
    owner: Employed
    department: NewDepartment
    client: DemoClient
    plot: Plot

    def ago(self, **time: float) -> datetime:
        """A moment so long before now."""
        return self.stage.now - timedelta(**time)

    def words_at(self, meeting: datetime) -> Mapping[str, str]:
        """What the braces of a text stand for, with an appointment at this time."""
        return self.plot.words_at(meeting)

    def ends(self, at: datetime) -> None:
        """Nothing of what was to come after this happens."""
        self.plot.acts = [act for act in self.plot.acts if act[0] < at]
        self.plot.latest = max((act[0] for act in self.plot.acts), default=None)
