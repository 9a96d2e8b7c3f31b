"""What a run did and was promised: the log that the system is held to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_OPTED_OUT = {"opted_out", "nobody_to_text"}


@dataclass(frozen=True)
class Person:
    """A client of the run."""

    phone: str
    conversation_id: str
    token: str


@dataclass(frozen=True)
class Promise:
    """A text that was accepted: by message, scheduled-message or mass-message id."""

    kind: str
    id: str
    conversation_id: str
    phone: str
    body: str


@dataclass
class Record:
    """Everything that was accepted, and everything that should not have been answered."""

    label: str
    our_number: str
    people: list[Person] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    calls: list[tuple[str, bool]] = field(default_factory=list)
    opted_out: list[Person] = field(default_factory=list)
    requests: int = 0
    repeats: int = 0
    knobs_struck: dict[str, int] = field(default_factory=dict)
    may_be_late: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def phones(self) -> list[str]:
        """Every phone of this run, and of no other."""
        return [person.phone for person in self.people] + self.strangers

    @property
    def conversation_ids(self) -> list[str]:
        return [person.conversation_id for person in self.people]

    def is_fair_refusal(self, code: str | None, people: Sequence[Person]) -> bool:
        """Whether a text may be refused with this code: all whom it was for have opted out."""
        return code in _OPTED_OUT and all(person in self.opted_out for person in people)
