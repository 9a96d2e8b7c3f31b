"""A transcript as plain text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from clientcomm_contracts.export import LACKS_BEGINNING
from clientcomm_contracts.values import Direction
from clientcomm_export.domain.entry import Entry
from clientcomm_export.domain.local_times import local_time
from clientcomm_export.domain.words import (
    attachment_in_words,
    marker_in_words,
    state_in_words,
    who,
)

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a page of a transcript."""

    title: str
    zone: ZoneInfo
    exported_at: datetime
    exported_by: str
    since: datetime | None
    until: datetime | None
    complete_up_to: datetime | None


def page_of_text(heading: Heading, entries: Sequence[Entry], *, is_first: bool) -> str:
    """One page; the first begins with the whole heading, each says if something is missing.

    Everything ends in an empty line, so that pages can be put together as they are.
    """
    lines = [*_heading(heading)] if is_first else []
    if heading.complete_up_to is not None:
        lines += [f"NOT COMPLETE: {_how_far(heading.complete_up_to, heading.zone)}", ""]
    for entry in entries:
        lines += [*_entry(entry, heading), ""]
    return "".join(f"{line}\n" for line in lines)


def _how_far(complete_up_to: datetime, zone: ZoneInfo) -> str:
    if complete_up_to <= LACKS_BEGINNING:
        return "this transcript lacks texts from its beginning on."
    return f"this transcript is complete up to {local_time(complete_up_to, zone)}."


def _heading(heading: Heading) -> Iterable[str]:
    yield f"Transcript: {_one_line(heading.title)}"
    yield f"Range: {_range(heading)}"
    yield f"Times are in {heading.zone.key}."
    exported_at = local_time(heading.exported_at, heading.zone)
    yield f"Exported {exported_at} by {_one_line(heading.exported_by)}"
    yield ""


def _range(heading: Heading) -> str:
    since = f"from {local_time(heading.since, heading.zone)}" if heading.since else ""
    until = f"until {local_time(heading.until, heading.zone)}" if heading.until else ""
    return " ".join(filter(None, (since, until))) or "everything"


def _entry(entry: Entry, heading: Heading) -> Iterable[str]:
    at = local_time(entry.at, heading.zone)
    by = _one_line(who(entry, heading.title))
    if entry.marker is not None:
        what = _one_line(marker_in_words(entry.marker, entry.details or {}))
        yield f"[{at}] --- {what}{f', by {by}' if by else ''}"
        return
    arrow = "received from" if entry.direction is Direction.INBOUND else "sent by"
    yield f"[{at}] {arrow} {by}"
    yield f"{_INDENT}{entry.number_from or ''} -> {entry.number_to or ''}, {state_in_words(entry)}"
    if entry.arrived_late:
        yield f"{_INDENT}reached us {local_time(entry.arrived_late, heading.zone)}"
    for line in entry.body.splitlines():
        yield f"{_INDENT}| {line}"
    for attached in entry.attachments:
        yield f"{_INDENT}attached: {_one_line(attachment_in_words(attached))}"


def _one_line(value: str) -> str:
    """A name cannot forge lines of its own."""
    return " ".join(value.split())
