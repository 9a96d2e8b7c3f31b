"""Whether a text that is next in its lane goes to the carrier now (rules 3.4, 3.7, 3.9, 4.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clientcomm_contracts.values import Lane, MessageState
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.quiet_hours import quiet_until
from clientcomm_sms.domain.texts import WaitingText

LONGEST_VALIDITY = 36_000
SHORTEST_VALIDITY = 6


@dataclass(frozen=True, slots=True)
class Go:
    """To the carrier, which may keep it at most so many seconds."""

    text: WaitingText
    validity_seconds: int | None


@dataclass(frozen=True, slots=True)
class Stay:
    """Not now, or never: its new state, why, and when to look again."""

    text: WaitingText
    state: MessageState
    code: OwnCode
    look_at: datetime | None = None


def decide(text: WaitingText, now: datetime) -> Go | Stay:
    """Opt-out first, then lateness, then the holds: a text that may never go is not held."""
    if text.is_opted_out:
        return Stay(text, MessageState.BLOCKED, OwnCode.OPTED_OUT)
    if text.not_after is not None and now + timedelta(seconds=SHORTEST_VALIDITY) > text.not_after:
        return Stay(text, MessageState.MISSED, OwnCode.NOT_AFTER_PASSED)
    if text.is_doubtful and text.lane is not Lane.REPLY:
        return Stay(text, MessageState.HELD, OwnCode.SUSPECTED_REFUSAL)
    until = quiet_until(text.quiet, now) if text.quiet is not None else None
    if until is not None:
        return _wait_or_miss(text, until)
    return Go(text, _validity(text.not_after, now))


def _wait_or_miss(text: WaitingText, until: datetime) -> Stay:
    if text.not_after is not None and until >= text.not_after:
        return Stay(text, MessageState.MISSED, OwnCode.NOT_AFTER_PASSED)
    return Stay(text, MessageState.HELD, OwnCode.QUIET_HOURS, look_at=until)


def _validity(not_after: datetime | None, now: datetime) -> int | None:
    if not_after is None:
        return None
    return min(LONGEST_VALIDITY, int((not_after - now).total_seconds()))


def choose(
    texts: Iterable[WaitingText], *, tokens: float, now: datetime
) -> tuple[list[Go], list[Stay], float]:
    """What goes, what stays, and the tokens left, which the last text may take below nothing."""
    going: list[Go] = []
    staying: list[Stay] = []
    for text in texts:
        decision = decide(text, now)
        if isinstance(decision, Stay):
            staying.append(decision)
        elif tokens > 0:
            going.append(decision)
            tokens -= text.segments
    return going, staying, tokens
