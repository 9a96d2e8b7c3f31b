"""What the control calls take as JSON, checked, and what it changes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clientcomm_simulator.application.carry_message import Pace
from clientcomm_simulator.application.ports import Journal
from clientcomm_simulator.application.records import phone_record
from clientcomm_simulator.domain.delivery import (
    DELIVERED,
    DELIVERY_ERRORS,
    SILENT,
    Fate,
    LineType,
    Phone,
)
from clientcomm_simulator.domain.delivery import fate_of_code as fate_of
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.numbers import whole_number

from .inbound_form import BadInboundError, phone_number

_STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
Seconds = Annotated[float, Field(ge=0, le=3600)]


class CallForm(BaseModel):
    model_config = _STRICT

    sender: Annotated[str, Field(alias="from")]
    to: str


class PhoneForm(BaseModel):
    """`delivery` is delivered, none (no receipt ever comes), or a delivery error's code."""

    model_config = _STRICT

    delivery: str | int = "delivered"
    line_type: LineType = LineType.MOBILE
    delay_seconds: Seconds | None = None

    def apply(self, number: str, network: Network, journal: Journal) -> None:
        phone = Phone(number, self._fate(), self.line_type, self.delay_seconds)
        network.phones[number] = phone
        journal.write(phone_record(phone))

    def _fate(self) -> Fate:
        if self.delivery == "delivered":
            return DELIVERED
        if self.delivery == "none":
            return SILENT
        code = whole_number(str(self.delivery))
        if code is None or code not in DELIVERY_ERRORS:
            raise BadInboundError("delivery is delivered, none, or a code of a delivery error")
        return fate_of(code)


def phone_json(phone: Phone) -> dict[str, object]:
    silent = "none" if phone.fate.final is None else "delivered"
    return {
        "number": phone.number,
        "delivery": phone.fate.code or silent,
        "line_type": phone.line_type,
        "delay_seconds": phone.delay_seconds,
    }


class NumberForm(BaseModel):
    """A number of ours: added if it is new; `rate` is in segments per second."""

    model_config = _STRICT

    rate: Annotated[float, Field(gt=0, le=100_000)] | None = None

    def apply(self, number: str, network: Network, journal: Journal) -> None:
        sender = network.senders.senders.get(number)
        if sender is None:
            sender = network.senders.add(number)
            journal.write({"kind": "number", "number": number, "changes": {}})
        if self.rate is not None:
            sender.rate = self.rate


class OptOutForm(BaseModel):
    """Opts a phone out of (or into) a number of ours without any text."""

    model_config = _STRICT

    phone: str
    number: str
    out: bool = True

    def apply(self, network: Network, journal: Journal) -> None:
        scope = network.opt_out_scope(phone_number(self.number))
        phone = phone_number(self.phone)
        network.opt_outs.set(scope, phone, out=self.out)
        journal.write({"kind": "opt_out", "scope": scope, "phone": phone, "out": self.out})


class PaceForm(BaseModel):
    model_config = _STRICT

    sent_after: Seconds | None = None
    receipt_after: Seconds | None = None

    def apply(self, pace: Pace) -> None:
        if self.sent_after is not None:
            pace.sent_after = self.sent_after
        if self.receipt_after is not None:
            pace.receipt_after = self.receipt_after
