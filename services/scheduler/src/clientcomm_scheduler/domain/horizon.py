"""How far ahead a text may be scheduled: from now to one year (rule 4.1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from clientcomm_scheduler.domain.refusals import time_in_past, time_too_far_ahead
from clientcomm_scheduler.domain.zones import instant_of


def require_within_a_year(due_at: datetime, *, now: datetime, zone: ZoneInfo) -> None:
    """Raises Refused for what is not ahead, or further than this time of day a year from now."""
    if due_at <= now:
        raise time_in_past()
    limit = now.astimezone(zone).replace(tzinfo=None) + relativedelta(years=1)
    if due_at > instant_of(limit, zone).at:
        raise time_too_far_ahead()
