"""What sets some clients of a made-up caseload apart: unread, failed, opted out, moved, closed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application.demo import story as fates
from clientcomm_conversations.application.demo.stage import Part
from clientcomm_conversations.application.demo.story import Fate, Story
from clientcomm_conversations.domain.demo import episodes
from clientcomm_conversations.domain.demo.dates import appointment, waking_time

Turn = Callable[[Part], None]

HANDED_ON = 9
_PLEASE_CALL = "Hi {first}, please call me about your appointment on {day}. {me}"
_OUTCOME = "Finished"


def left_unread(part: Part) -> None:
    """A text of the last hours waits to be read."""
    chance = part.stage.chance
    at = waking_time(chance, part.ago(minutes=chance.uniform(6, 1100)), part.plot.zone)
    meeting = appointment(chance, at, part.plot.zone)
    body = chance.choice(episodes.UNREAD_LAST[part.client.language])
    said = body.format_map(part.words_at(meeting))
    part.plot.at(at, lambda story, moment: story.hear_unread(moment, said))


def opted_out(part: Part) -> None:
    """The client texts STOP, and that is the end of it."""
    at = waking_time(
        part.stage.chance, part.ago(days=part.stage.chance.uniform(2, 6)), part.plot.zone
    )
    part.ends(at)
    part.plot.at(at, Story.opt_out)


def failing(fate: Fate) -> Turn:
    """The last text did not arrive."""

    def turn(part: Part) -> None:
        at = part.plot.staff_hours(part.ago(hours=part.stage.chance.uniform(96, 140)))
        meeting = appointment(part.stage.chance, at, part.plot.zone)
        body = _PLEASE_CALL.format_map(part.words_at(meeting))
        part.ends(at)
        part.plot.at(at, lambda story, moment: story.write(moment, body, fate=fate))

    return turn


def changed_number(part: Part) -> None:
    """The client has a new phone."""
    at = part.plot.staff_hours(part.ago(days=9))
    number = part.stage.casting.number(at)
    part.stage.know(part.client.moved_to(number), at)
    part.plot.at(at, lambda s, m: s.change_number(m, number.value, by=part.owner.id))


def closed(part: Part) -> None:
    """The case is over."""
    at = part.plot.staff_hours(part.ago(days=part.stage.chance.uniform(3, 8)))
    part.ends(at)
    part.plot.episode(episodes.CLOSING_WORDS, at)
    end = part.plot.after_all(minutes=20)
    part.plot.at(end, lambda story, moment: story.close(moment, _OUTCOME))


def called(part: Part) -> None:
    """The client calls the department's number and is put through."""
    at = part.plot.staff_hours(part.ago(days=5))
    part.plot.at(
        at, lambda s, m: s.mark(m, MarkerKind.CALL_RECEIVED, number=s.number, rang="desk_phone")
    )


def handed_on(part: Part) -> None:
    """The conversation came from a colleague."""
    at = part.plot.staff_hours(part.ago(days=8))
    part.plot.at(at, lambda story, moment: story.transfer(moment, part.owner.id))


TURNS: Mapping[int, Turn] = MappingProxyType(
    {
        0: left_unread,
        3: left_unread,
        5: opted_out,
        6: failing(fates.LANDLINE),
        7: failing(fates.UNREACHABLE),
        HANDED_ON: handed_on,
        10: changed_number,
        11: closed,
        12: closed,
        17: left_unread,
        20: called,
        24: left_unread,
        26: failing(fates.INVALID),
        31: left_unread,
    }
)
"""By the client's place in the caseload."""
