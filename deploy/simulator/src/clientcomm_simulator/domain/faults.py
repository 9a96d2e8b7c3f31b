"""Knobs by which the carrier misbehaves on purpose, and whether one of them strikes now."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Knob(StrEnum):
    """What can go wrong; the README says what each does."""

    TOO_MANY_REQUESTS = "too_many_requests"
    ERROR_BEFORE_ACCEPT = "error_before_accept"
    ERROR_AFTER_ACCEPT = "error_after_accept"
    DROP_BEFORE_ACCEPT = "drop_before_accept"
    DROP_AFTER_ACCEPT = "drop_after_accept"
    HANG_BEFORE_ACCEPT = "hang_before_accept"
    HANG_AFTER_ACCEPT = "hang_after_accept"
    ACCEPT_LATE = "accept_late"
    SLOW = "slow"
    MALFORMED_JSON = "malformed_json"
    READ_ERROR = "read_error"
    READ_SLOW = "read_slow"
    LIST_LAG = "list_lag"
    CALLBACK_TWICE = "callback_twice"
    CALLBACK_REVERSED = "callback_reversed"
    CALLBACK_LOST = "callback_lost"
    CALLBACK_LATE = "callback_late"
    CALLBACK_BEFORE_RESPONSE = "callback_before_response"
    CALLBACK_WRONG_SIGNATURE = "callback_wrong_signature"
    CALLBACK_UNKNOWN_FIELDS = "callback_unknown_fields"
    INBOUND_TWICE = "inbound_twice"
    INBOUND_LOST = "inbound_lost"
    INBOUND_LATE = "inbound_late"
    INBOUND_WRONG_SIGNATURE = "inbound_wrong_signature"
    INBOUND_UNKNOWN_FIELDS = "inbound_unknown_fields"
    UNDELIVERED = "undelivered"
    MEDIA_MISSING = "media_missing"
    MEDIA_SLOW = "media_slow"
    MEDIA_HUGE = "media_huge"
    MEDIA_REDIRECT = "media_redirect"
    CLOCK_SKEW = "clock_skew"


@dataclass(frozen=True, slots=True)
class Setting:
    """One knob: how often (`probability`, at most `count` times), for whom, and how much."""

    probability: float = 1.0
    count: int | None = None
    to: str | None = None
    sender: str | None = None
    seconds: float = 0.0
    copies: int = 2
    status: int = 500
    code: int = 30003
    size: int = 0
    location: str = ""

    def concerns(self, to: str, sender: str) -> bool:
        return self.to in {None, to} and self.sender in {None, sender}


DEFAULTS: dict[Knob, Setting] = {
    Knob.TOO_MANY_REQUESTS: Setting(status=429),
    Knob.HANG_BEFORE_ACCEPT: Setting(seconds=30),
    Knob.HANG_AFTER_ACCEPT: Setting(seconds=30),
    Knob.ACCEPT_LATE: Setting(seconds=20),
    Knob.SLOW: Setting(seconds=2),
    Knob.READ_SLOW: Setting(seconds=2),
    Knob.LIST_LAG: Setting(seconds=30),
    Knob.CALLBACK_LATE: Setting(seconds=10),
    Knob.INBOUND_LATE: Setting(seconds=10),
    Knob.MEDIA_SLOW: Setting(seconds=20),
    Knob.MEDIA_HUGE: Setting(size=64 * 1024 * 1024),
    Knob.CLOCK_SKEW: Setting(seconds=300),
}


@dataclass(slots=True)
class Faults:
    """The knobs that are turned on. One seed makes a run repeatable, knob by knob."""

    seed: int = 0
    settings: dict[Knob, Setting] = field(default_factory=dict)
    struck: dict[Knob, int] = field(default_factory=dict)
    _chance: dict[Knob, random.Random] = field(default_factory=dict)

    def turn(self, seed: int, settings: dict[Knob, Setting]) -> None:
        """Replaces all knobs and begins the chances anew."""
        self.seed = seed
        self.settings = dict(settings)
        self.struck = {}
        self._chance = {knob: random.Random(f"{seed}:{knob}") for knob in settings}

    def clear(self) -> None:
        self.turn(0, {})

    def strikes(self, knob: Knob, *, to: str = "", sender: str = "") -> Setting | None:
        """The knob's setting if it strikes this time."""
        if not self.settings:
            return None
        setting = self.settings.get(knob)
        if setting is None or not setting.concerns(to, sender):
            return None
        if setting.count is not None and self.struck.get(knob, 0) >= setting.count:
            return None
        if setting.probability < 1 and self._chance[knob].random() >= setting.probability:
            return None
        self.struck[knob] = self.struck.get(knob, 0) + 1
        return setting

    @property
    def clock_skew(self) -> float:
        setting = self.settings.get(Knob.CLOCK_SKEW)
        return setting.seconds if setting else 0.0
