"""Texts that reach no open department are kept, and administrators learn of it (rule 2.7)."""

from collections.abc import Sequence
from uuid import uuid5

from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_conversations.application.writing import Writer

_MOST_NOTICES = 100


async def keep_in_quarantine(writer: Writer, events: Sequence[TextReceivedV1]) -> None:
    """Keep them; each administrator of the organisation gets one e-mail a day at most."""
    if not events:
        return
    await writer.quarantine.keep(events)
    today = writer.now().date().isoformat()
    notices = [
        Notice(
            id=uuid5(staff_id, f"quarantined {today}"),
            staff_id=staff_id,
            kind=NoticeKind.QUARANTINED,
        )
        for staff_id in await writer.quarantine.administrators()
    ]
    for first in range(0, len(notices), _MOST_NOTICES):
        writer.publish(SendNoticesV1(items=tuple(notices[first : first + _MOST_NOTICES])))
