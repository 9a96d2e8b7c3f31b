"""When an uncertain hand-over is looked for, and when it counts as not found (architecture §5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

BETWEEN_POLLS = timedelta(minutes=2)
SETTLED_AFTER = timedelta(minutes=4)
POLLS_NEEDED = 2
TWIN_RECORDED_AFTER = timedelta(seconds=30)
"""By then an equal text that is being sent has a sid of its own, or its lease is over."""

_LATER = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether nothing can be found any more, and when to look once more all the same."""

    is_no_match: bool
    look_at: datetime | None


def after_empty_poll(*, uncertain_since: datetime, polls: int, now: datetime) -> Verdict:
    """What a poll without a match means; `polls` counts it."""
    settled_at = uncertain_since + SETTLED_AFTER
    if polls >= POLLS_NEEDED and now >= settled_at:
        later = polls - POLLS_NEEDED
        return Verdict(
            is_no_match=True, look_at=now + _LATER[later] if later < len(_LATER) else None
        )
    return Verdict(is_no_match=False, look_at=now + BETWEEN_POLLS)
