"""When things happen in a made-up conversation: episodes spread over weeks of plausible hours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from clientcomm_contracts.values import Author
from clientcomm_conversations.application.demo.story import Story
from clientcomm_conversations.domain.demo.dates import (
    appointment,
    in_words,
    office_time,
    waking_time,
)
from clientcomm_conversations.domain.demo.episodes import Episode

Act = Callable[[Story, datetime], None]

_REMINDED_AT = time(13, 0)
_LEAST_APART = timedelta(seconds=45)
_SATURDAY = 5
_GOES_HOME = time(17, 10)
_COMES_IN = time(8, 35)


@dataclass(slots=True)
class Plot:
    """What happens in one conversation, gathered in any order and played in order of time."""

    chance: Random
    zone: ZoneInfo
    now: datetime
    words: Mapping[str, str]
    language: str
    acts: list[tuple[datetime, Act]] = field(default_factory=list)
    latest: datetime | None = None

    def at(self, at: datetime, act: Act) -> None:
        """Something happens at this time."""
        self.acts.append((at, act))
        self.latest = at if self.latest is None else max(self.latest, at)

    def play(self, story: Story) -> None:
        """Everything in its order, no two things in the same moment."""
        before: datetime | None = None
        for at, act in sorted(self.acts, key=lambda entry: entry[0]):
            moment = at if before is None else max(at, before + _LEAST_APART)
            act(story, moment)
            before = moment

    def episode(self, lines: Episode, on: datetime) -> None:
        """An exchange of texts that begins on that day and ends before now, maybe cut short."""
        begins = office_time(self.chance, on, self.zone)
        if self.latest is not None:
            begins = max(begins, self.staff_hours(self.latest + timedelta(hours=2)))
        meeting = appointment(self.chance, begins, self.zone)
        words = self.words_at(meeting)
        at = begins
        for place, line in enumerate(lines):
            at = at if place == 0 else self._next(line, at, meeting)
            if at >= self.now - timedelta(hours=1):
                return
            self.at(at, _said(line, words))

    def words_at(self, meeting: datetime) -> Mapping[str, str]:
        """What the braces of a text stand for, with an appointment at this time."""
        return {**self.words, **in_words(meeting, self.language)}

    def after_all(self, **time: float) -> datetime:
        """A moment so long after everything known so far, in office hours."""
        assert self.latest is not None
        return self.staff_hours(self.latest + timedelta(**time))

    def staff_hours(self, at: datetime) -> datetime:
        """The moment itself, or when the office opens next."""
        local = at.astimezone(self.zone)
        late = local.time() > _GOES_HOME
        if late or local.weekday() >= _SATURDAY:
            local += timedelta(days=1)
            while local.weekday() >= _SATURDAY:
                local += timedelta(days=1)
        if late or local.time() < _COMES_IN or local.date() != at.astimezone(self.zone).date():
            opens = datetime.combine(local.date(), _COMES_IN, self.zone)
            local = opens + timedelta(minutes=self.chance.uniform(0, 50))
        return local.astimezone(at.tzinfo)

    def _next(self, line: str, at: datetime, meeting: datetime) -> datetime:
        match line[0]:
            case "~":
                eve = datetime.combine(meeting.date() - timedelta(days=1), _REMINDED_AT, self.zone)
                return max(eve.astimezone(at.tzinfo), at + timedelta(minutes=5))
            case ">":
                return self.staff_hours(at + timedelta(minutes=self.chance.uniform(2, 55)))
            case _:
                longest = 14 if self.chance.random() < 0.6 else 170  # noqa: PLR2004 - more often soon
                answered = at + timedelta(minutes=self.chance.uniform(1, longest))
                return max(waking_time(self.chance, answered, self.zone), at + timedelta(minutes=1))


def _said(line: str, words: Mapping[str, str]) -> Act:
    body = line[2:].format_map(words)
    match line[0]:
        case ">":
            return lambda story, at: story.write(at, body)
        case "~":
            return lambda story, at: story.write(at, body, author=Author.SCHEDULE)
        case _:
            return lambda story, at: story.hear(at, body)
