"""What the use cases need of the tables; each method works inside the transaction it is given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.sms import OutgoingText
from clientcomm_contracts.values import Lane
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.calls import Ringing
from clientcomm_sms.domain.inbound import Blocked, InboundText, NewMedia
from clientcomm_sms.domain.matching import Sought
from clientcomm_sms.domain.receipts import Named, Receipt
from clientcomm_sms.domain.texts import Attempt, Ending, Move, Standing, WaitingText


class WaitingTexts(Protocol):
    """The send queue: texts in, and out by rate and order."""

    async def add(
        self, tx: Transaction, texts: Sequence[tuple[OutgoingText, str | None]]
    ) -> list[UUID]: ...
    async def free_numbers(self, tx: Transaction) -> dict[str, tuple[float, float]]: ...
    async def next_texts(
        self, tx: Transaction, limits: Mapping[str, int]
    ) -> dict[str, list[WaitingText]]: ...
    async def begin(
        self, tx: Transaction, attempts: Sequence[Attempt], *, tokens: Mapping[str, float]
    ) -> None: ...


class TextStates(Protocol):
    """Locking texts and moving them."""

    async def lock(self, tx: Transaction, message_ids: Sequence[UUID]) -> list[Standing]: ...
    async def move(self, tx: Transaction, moves: Sequence[Move], now: datetime) -> None: ...
    async def end(self, tx: Transaction, endings: Sequence[Ending], now: datetime) -> None: ...
    async def pause(self, tx: Transaction, numbers: Sequence[str], *, seconds: float) -> None: ...
    async def lock_slow(self, tx: Transaction) -> list[Standing]: ...
    async def lock_expired(self, tx: Transaction) -> list[Standing]: ...
    async def lock_due_held(self, tx: Transaction, now: datetime) -> list[Standing]: ...
    async def lock_doubtful_held(
        self, tx: Transaction, department_id: UUID, number: str
    ) -> list[Standing]: ...
    async def receivers_of(
        self, tx: Transaction, message_ids: Sequence[UUID]
    ) -> set[tuple[UUID, str]]: ...


class Withdrawals(Protocol):
    """What is taken back, and what will be when it comes."""

    async def lock_arrivals_out(self, tx: Transaction) -> None: ...
    async def lock_waiting(
        self,
        tx: Transaction,
        *,
        conversation_ids: Sequence[UUID],
        message_ids: Sequence[UUID],
        lanes: Sequence[Lane],
        up_to: datetime,
    ) -> list[Standing]: ...
    async def remember_texts(
        self, tx: Transaction, message_ids: Sequence[UUID], now: datetime
    ) -> None: ...
    async def remember_lanes(
        self,
        tx: Transaction,
        conversation_ids: Sequence[UUID],
        *,
        lanes: Sequence[Lane],
        up_to: datetime,
    ) -> None: ...


class ReceiptLog(Protocol):
    """The log of callbacks, and the attempts that they name."""

    async def append(self, tx: Transaction, receipts: Sequence[Receipt]) -> list[Named]: ...
    async def learn_sids(self, tx: Transaction, sids: Mapping[UUID, str]) -> None: ...
    async def adopt(self, tx: Transaction, message_id: UUID, sought: Sought, sid: str) -> None: ...
    async def adopters(self, tx: Transaction, proofs: Mapping[UUID, str]) -> dict[UUID, str]: ...
    async def disown(self, tx: Transaction, proofs: Mapping[UUID, str]) -> None: ...
    async def owned(self, tx: Transaction, sids: Iterable[str]) -> set[str]: ...


class BlockList(Protocol):
    """Client number and department: opted out, or doubtful."""

    async def lock_claims_out(self, tx: Transaction) -> None: ...
    async def of(
        self, tx: Transaction, pairs: Sequence[tuple[UUID, str]]
    ) -> dict[tuple[UUID, str], Blocked]: ...
    async def write(self, tx: Transaction, changed: Sequence[Blocked], now: datetime) -> None: ...


class InboundTexts(Protocol):
    """Inbound texts, their attachments, and calls."""

    async def add(self, tx: Transaction, texts: Sequence[InboundText]) -> None: ...
    async def known(self, tx: Transaction, sids: Sequence[str]) -> set[str]: ...
    async def add_media(self, tx: Transaction, media: Sequence[NewMedia]) -> None: ...
    async def add_call(self, tx: Transaction, call: Ringing) -> bool: ...


class Numbers(Protocol):
    """Departments, their numbers, and who is to be rung."""

    async def departments_of(self, tx: Transaction, numbers: Iterable[str]) -> dict[str, UUID]: ...
    async def phones_for(
        self, tx: Transaction, *, number_to: str, caller: str
    ) -> tuple[UUID | None, str | None, str | None]: ...
