"""A person's entry into the block list (command `SetOptOutV1`); it also lifts a suspicion."""

from collections.abc import Sequence

from clientcomm_contracts.sms import SetOptOutV1
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.domain.inbound import Blocked

_HOW = "staff"


class SetOptOut:
    """Commands in the order in which they came."""

    def __init__(self, change: ChangeOptOut) -> None:
        self._change = change

    async def __call__(self, tx: Transaction, commands: Sequence[SetOptOutV1]) -> None:
        await self._change(
            tx,
            [
                Blocked(
                    command.department_id,
                    command.number,
                    is_opted_out=command.is_opted_out,
                    how=_HOW,
                    by_staff_id=command.by_staff_id,
                )
                for command in commands
            ],
        )
