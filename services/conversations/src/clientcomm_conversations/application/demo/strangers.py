"""Senders whom a department does not know: they wait in the unassigned inbox (rule 2.8)."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from clientcomm_contracts.values import Author
from clientcomm_conversations.application.demo.plot import Act, Plot
from clientcomm_conversations.application.demo.stage import Kept, Stage
from clientcomm_conversations.application.demo.story import Story, new_thread
from clientcomm_conversations.application.directory import NewDepartment
from clientcomm_conversations.domain.built_in_texts import AutomaticText, automatic_text
from clientcomm_conversations.domain.demo.dates import waking_time


def tell_stranger(stage: Stage, department: NewDepartment, texts: Sequence[str]) -> None:
    """Somebody unknown texts and gets the automatic answer, once."""
    zone = ZoneInfo(department.time_zone)
    first_at = waking_time(
        stage.chance, stage.now - timedelta(hours=stage.chance.uniform(1, 70), minutes=20), zone
    )
    number = stage.casting.number(first_at).value
    thread = new_thread(
        thread_id=stage.new_id(first_at),
        department_id=department.id,
        time_zone=department.time_zone,
        client_id=None,
        sender=number,
        language=None,
    )
    story = Story(thread, department.number, number, stage.names, stage.new_id)
    answer = automatic_text(
        AutomaticText.UNKNOWN_SENDER, department_name=department.name, languages=(), own={}
    )
    plot = Plot(stage.chance, zone, stage.now, {}, "en")
    plot.at(first_at, lambda s, at: s.begin(at, None, None))
    for place, body in enumerate(texts):
        plot.at(first_at + timedelta(minutes=2 * place), _hearing(body))
    if answer:
        plot.at(
            first_at + timedelta(seconds=50),
            lambda s, at: s.write(at, answer, author=Author.AUTOMATIC),
        )
    plot.play(story)
    stage.kept.append(Kept(story=story, client_id=None, opened_at=first_at))


def _hearing(body: str) -> Act:
    return lambda story, at: story.hear(at, body)
