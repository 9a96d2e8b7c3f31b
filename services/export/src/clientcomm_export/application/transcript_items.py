"""Entries of a thread as items of a transcript."""

from zoneinfo import ZoneInfo

from clientcomm_contracts.export import TranscriptItem
from clientcomm_export.domain.entry import Entry
from clientcomm_export.domain.local_times import local_time
from clientcomm_export.domain.words import attachment_in_words, state_in_words, who

_ARRIVED = "reached_us"


def item_of(entry: Entry, *, client_name: str, zone: ZoneInfo) -> TranscriptItem:
    """One item, with its local time, names and words; a late text carries both its times."""
    details = dict(entry.details or {})
    if entry.arrived_late:
        details[_ARRIVED] = local_time(entry.arrived_late, zone)
    return TranscriptItem(
        kind="marker" if entry.marker else "message",
        id=entry.id,
        at=entry.at,
        local_time=local_time(entry.at, zone),
        direction=entry.direction,
        who=who(entry, client_name),
        number_from=entry.number_from,
        number_to=entry.number_to,
        body=entry.body,
        state=entry.state,
        state_in_words=state_in_words(entry),
        attachments=tuple(map(attachment_in_words, entry.attachments)),
        marker=entry.marker,
        details=details,
    )
