"""What becomes of a text after the carrier took it: delivered, undelivered, failed, or silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .status import Status

DELIVERY_ERRORS: dict[int, str] = {
    11751: "Media could not be fetched or is too large",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
    30036: "Validity period expired",
    30450: "Message delivery blocked",
    30610: "Message blocked during quiet hours",
    30640: "Message blocked: recipient is a known litigator",
}

_BEFORE_SENT = {11751, 30001, 30002, 30036, 30450, 30610, 30640}
_LANDLINE = 30006
_MAGIC_PREFIX = "+150055"


class LineType(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    FIXED_VOIP = "fixedVoip"
    TOLL_FREE = "tollFree"


@dataclass(frozen=True, slots=True)
class Fate:
    """How a text ends; `final` is None when no receipt ever comes, `code` is 0 without error."""

    final: Status | None
    code: int = 0

    @property
    def is_before_sent(self) -> bool:
        return self.code in _BEFORE_SENT


DELIVERED = Fate(Status.DELIVERED)
SILENT = Fate(None)


def fate_of_code(code: int) -> Fate:
    """The fate that ends with this delivery error."""
    return Fate(Status.FAILED if code in _BEFORE_SENT else Status.UNDELIVERED, code)


def _magic_fates() -> dict[str, Fate]:
    fates = {f"{_MAGIC_PREFIX}{code}": fate_of_code(code) for code in DELIVERY_ERRORS}
    fates[f"{_MAGIC_PREFIX}30000"] = SILENT
    return fates


MAGIC_FATES = _magic_fates()
"""+1 500 55 followed by the five digits of a delivery error: +15005530003 is unreachable."""


@dataclass(slots=True)
class Phone:
    """A handset out there, as somebody set it; a number without settings receives everything."""

    number: str
    fate: Fate = DELIVERED
    line_type: LineType = LineType.MOBILE
    delay_seconds: float | None = None


def usual_phone(number: str) -> Phone:
    """The phone behind a number that nobody set: magic numbers fail, others receive."""
    fate = MAGIC_FATES.get(number, DELIVERED)
    line = LineType.LANDLINE if fate.code == _LANDLINE else LineType.MOBILE
    return Phone(number, fate, line)
