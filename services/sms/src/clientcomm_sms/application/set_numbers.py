"""Compare our numbers at the carrier with what must be set there, and set it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from clientcomm_chassis import Clock
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.domain.number_settings import NumberAtCarrier, OurNumber


class CarrierSaysNo(Exception):
    """The carrier did not do or tell what it was asked; says why, in words."""


class Owned(Protocol):
    """The numbers of our departments."""

    async def owned_numbers(self, tx: Transaction, now: datetime) -> list[OurNumber]: ...


class CarrierNumbers(Protocol):
    """The numbers of our account; every method blocks. Raises CarrierSaysNo."""

    def listed(self, names: Mapping[str, str]) -> dict[str, NumberAtCarrier]: ...
    def change(self, number: NumberAtCarrier, settings: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One of our numbers; `lacking`: what is to be set. Not in the account: `at_carrier` None."""

    ours: OurNumber
    at_carrier: NumberAtCarrier | None
    lacking: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_in_order(self) -> bool:
        """Nothing is to be done, at least for a number that is still in use."""
        if self.at_carrier is None:
            return not self.ours.is_in_use
        return not self.lacking


class SetNumbers:
    """Looks, and sets what is not as wanted; nothing is written where it is."""

    def __init__(
        self,
        database: Database,
        carrier: CarrierNumbers,
        clock: Clock,
        *,
        directory: Owned,
        wanted: Mapping[str, str],
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._directory = directory
        self._wanted = wanted

    async def look(self) -> list[Finding]:
        """Every number of ours in order. Raises CarrierSaysNo."""
        now = self._clock.now()
        ours = await self._database.run(lambda tx: self._directory.owned_numbers(tx, now))
        listed = await asyncio.to_thread(self._carrier.listed, self._wanted)
        return [self._compared(number, listed.get(number.value)) for number in ours]

    async def set(self, finding: Finding) -> str | None:
        """Set what is lacking on one number; returns why it was not done."""
        if finding.at_carrier is None or not finding.lacking:
            return None
        try:
            await asyncio.to_thread(self._carrier.change, finding.at_carrier, finding.lacking)
        except CarrierSaysNo as no:
            return str(no)
        return None

    def _compared(self, ours: OurNumber, found: NumberAtCarrier | None) -> Finding:
        return Finding(ours, found, found.lacking(self._wanted) if found else {})
