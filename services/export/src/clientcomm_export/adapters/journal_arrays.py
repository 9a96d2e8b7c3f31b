"""Facts and thread changes as arrays of columns."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import orjson

from clientcomm_export.domain.journal import Fact, Progress
from clientcomm_export.domain.thread import Absorption, AttachmentFact, ThreadChanges

Arrays = dict[str, object]

_NUL = "\x00"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def fact_arrays(facts: Sequence[Fact]) -> Arrays:
    """What journal and holding keep."""
    return {
        "aggregates": [fact.aggregate_id for fact in facts],
        "sequences": [fact.sequence for fact in facts],
        "event_ids": [fact.event_id for fact in facts],
        "names": [fact.name for fact in facts],
        "bodies": [fact.body for fact in facts],
    }


def append_arrays(
    facts: Sequence[Fact], progress: Mapping[UUID, Progress], *, after: int
) -> Arrays:
    """What is appended, and how far each aggregate goes then."""
    return {
        **fact_arrays(facts),
        "occurred": [fact.occurred_at for fact in facts],
        "ids": list(progress),
        "lasts": [one.last_sequence for one in progress.values()],
        "last_ats": [one.last_occurred_at for one in progress.values()],
        "held": [one.held for one in progress.values()],
        "after": after,
        "count": len(facts),
    }


def entry_arrays(changes: ThreadChanges, ids: Collection[UUID]) -> Arrays:
    """All that is known in this batch about these entries."""
    written = [changes.written.get(one) for one in ids]
    filed = [changes.filed.get(one) for one in ids]
    reached = [changes.reached.get(one) for one in ids]
    return {
        "ids": list(ids),
        "conversations": [one and one.conversation_id for one in filed],
        "filed": [one and one.at for one in filed],
        "ats": [one and one.at for one in written],
        "kinds": ["marker" if one and one.marker else "message" for one in written],
        "directions": [one and one.direction and one.direction.value for one in written],
        "authors": [one and one.author and one.author.value for one in written],
        "staff": [one and one.staff_id for one in written],
        "staff_names": [one and _storable(one.staff_name) for one in written],
        "senders": [one and _storable(one.number_from) for one in written],
        "receivers": [one and _storable(one.number_to) for one in written],
        "bodies": [one and _storable(one.body) for one in written],
        "received": [one and one.received_at for one in written],
        "markers": [one and one.marker and one.marker.value for one in written],
        "details": [one and _details(one.details) for one in written],
        "states": [one and one.state.value for one in reached],
        "ranks": [one.state.rank if one else -1 for one in reached],
        "state_ats": [one and one.at for one in reached],
        "codes": [one and one.error_code for one in reached],
    }


def state_arrays(changes: ThreadChanges, ids: Collection[UUID]) -> Arrays:
    """States that these texts reached."""
    reached = [changes.reached[one] for one in ids]
    return {
        "ids": list(ids),
        "states": [one.state.value for one in reached],
        "ranks": [one.state.rank for one in reached],
        "ats": [one.at for one in reached],
        "codes": [one.error_code for one in reached],
    }


def attachment_arrays(attachments: Collection[AttachmentFact]) -> Arrays:
    """Rows of `attachment`."""
    return {
        "ids": [one.id for one in attachments],
        "messages": [one.message_id for one in attachments],
        "types": [_storable(one.content_type) for one in attachments],
        "sizes": [one.size_bytes for one in attachments],
        "names": [_storable(one.file_name) for one in attachments],
        "keys": [one.object_key for one in attachments],
        "problems": [_storable(one.problem) for one in attachments],
        "settled": [one.is_settled for one in attachments],
    }


def absorption_arrays(absorptions: Collection[Absorption]) -> Arrays:
    """Rows of `absorption`."""
    return {
        "absorbed": [one.absorbed_id for one in absorptions],
        "survivors": [one.survivor_id for one in absorptions],
        "sequences": [one.absorbed_sequence for one in absorptions],
    }


def _details(details: Mapping[str, str] | None) -> str | None:
    if details is None:
        return None
    return orjson.dumps({_storable(k): _storable(v) for k, v in details.items()}).decode()


def _storable(value: str | None) -> str | None:
    """PostgreSQL keeps no NUL; a phone may send one. The journal keeps it, escaped."""
    return value.replace(_NUL, _REPLACEMENT) if value and _NUL in value else value
