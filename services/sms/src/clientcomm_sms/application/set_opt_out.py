"""Entries into the block list by command (`SetOptOutV1`); a certain one lifts a suspicion."""

from collections.abc import Sequence

from clientcomm_contracts.sms import SetOptOutV1
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.domain.inbound import Blocked


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
                    is_doubtful=command.is_doubtful,
                    how=_how(command),
                    by_staff_id=command.by_staff_id,
                )
                for command in commands
            ],
        )


def _how(command: SetOptOutV1) -> str | None:
    if command.is_doubtful:
        return None
    return "text" if command.by_staff_id is None else "staff"
