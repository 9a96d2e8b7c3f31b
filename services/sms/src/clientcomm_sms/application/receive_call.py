"""A call to a department's number: put it through, and tell of it (rule 3.15)."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import CallReceivedV1
from clientcomm_persistence import Transaction
from clientcomm_sms.application.stores import InboundTexts, Numbers
from clientcomm_sms.domain.calls import Ringing

_CALLS = UUID("5b1fd5f3-2c58-4f0c-9a0a-6f2f0b9d7c33")


class ReceiveCalls:
    """Each call once; the thread gets its marker from conversations."""

    def __init__(self, calls: InboundTexts, numbers: Numbers, clock: Clock) -> None:
        self._calls = calls
        self._numbers = numbers
        self._clock = clock

    async def __call__(self, tx: Transaction, calls: Sequence[Ringing]) -> None:
        departments = await self._numbers.departments_of(tx, {c.number_to for c in calls})
        for call in calls:
            department_id = departments.get(call.number_to)
            stored = Ringing(
                id=uuid5(_CALLS, call.sid),
                sid=call.sid,
                department_id=department_id,
                number_from=call.number_from,
                number_to=call.number_to,
                rang=call.rang,
                received_at=call.received_at,
            )
            is_new = await self._calls.add_call(tx, stored)
            if is_new and department_id is not None:
                tx.publish(self._event(stored, department_id))

    def _event(self, call: Ringing, department_id: UUID) -> CallReceivedV1:
        return CallReceivedV1(
            aggregate_id=call.id,
            sequence=1,
            occurred_at=self._clock.now(),
            department_id=department_id,
            number_from=call.number_from,
            number_to=call.number_to,
            rang=call.rang,
        )
