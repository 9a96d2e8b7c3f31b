"""How a webhook is connected, tried and given up, as the fragment of its URL may say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl

from .numbers import whole_number


class Failure(StrEnum):
    """Why an attempt failed, in the words of the retry policy."""

    CLIENT_ERROR = "4xx"
    SERVER_ERROR = "5xx"
    CONNECT = "ct"
    READ = "rt"


_POLICIES = frozenset({*(failure.value for failure in Failure), "all"})
_LIMITS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


@dataclass(frozen=True, slots=True)
class ConnectionRules:
    """Seconds and number of retries for one webhook."""

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    retried: frozenset[str] = frozenset({Failure.CONNECT.value})

    def retries_after(self, failure: Failure) -> bool:
        return failure.value in self.retried or "all" in self.retried


DEFAULT_RULES = ConnectionRules()


@lru_cache(maxsize=256)
def parse_rules(fragment: str) -> ConnectionRules:
    """Rules from a fragment such as `rc=5&rp=all&ct=2000`; what is not valid is left at default."""
    if not fragment:
        return DEFAULT_RULES
    given = dict(parse_qsl(fragment))
    milliseconds = {key: _number(given, key) for key in _LIMITS}
    policies = frozenset(given.get("rp", "").split(",")) & _POLICIES
    return ConnectionRules(
        connect_timeout=_seconds(milliseconds["ct"], DEFAULT_RULES.connect_timeout),
        read_timeout=_seconds(milliseconds["rt"], DEFAULT_RULES.read_timeout),
        total_timeout=_seconds(milliseconds["tt"], DEFAULT_RULES.total_timeout),
        retries=DEFAULT_RULES.retries if milliseconds["rc"] is None else milliseconds["rc"],
        retried=policies or DEFAULT_RULES.retried,
    )


def _number(given: dict[str, str], key: str) -> int | None:
    number = whole_number(given.get(key, ""))
    low, high = _LIMITS[key]
    return number if number is not None and low <= number <= high else None


def _seconds(milliseconds: int | None, default: float) -> float:
    return default if milliseconds is None else milliseconds / 1000
