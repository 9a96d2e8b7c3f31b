"""What the gateway asks of scheduler, each in one transaction; repeats get the first answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.people import Grant, RepeatKey
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    EditScheduledMessage,
    FindScheduledMessage,
    FindScheduledMessageReply,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessageReply,
    ScheduledMessagesReply,
    ScheduleMessage,
)
from clientcomm_persistence import Database, ReservedKey, Transaction
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.application.cancel_scheduled_message import cancel_scheduled_message
from clientcomm_scheduler.application.edit_scheduled_message import edit_scheduled_message
from clientcomm_scheduler.application.read_scheduled_messages import (
    find_scheduled_message,
    get_scheduled_message,
    list_scheduled_messages,
)
from clientcomm_scheduler.application.schedule_message import schedule_message
from clientcomm_scheduler.application.surroundings import Surroundings


class Requests:
    """Answers requests from the store."""

    def __init__(self, database: Database, around: Callable[[], Surroundings]) -> None:
        self._database = database
        self._around = around

    def handlers(self) -> Mapping[type[Request[Any]], Callable[[Any], Awaitable[Reply]]]:
        """By request."""
        return {
            ScheduleMessage: self.schedule,
            ListScheduledMessages: self.list,
            FindScheduledMessage: self.find,
            GetScheduledMessage: self.get,
            EditScheduledMessage: self.edit,
            CancelScheduledMessage: self.cancel,
        }

    async def schedule(self, request: ScheduleMessage) -> ScheduledMessageReply:
        """Send later."""

        async def work(transaction: Transaction) -> ScheduledMessageReply:
            return await schedule_message(request, ScheduleTables(transaction), self._around())

        return await self._once(request.grant, request.repeat_key, work)

    async def edit(self, request: EditScheduledMessage) -> ScheduledMessageReply:
        """Change text or time."""

        async def work(transaction: Transaction) -> ScheduledMessageReply:
            return await edit_scheduled_message(
                request, ScheduleTables(transaction), self._around()
            )

        return await self._once(request.grant, request.repeat_key, work)

    async def cancel(self, request: CancelScheduledMessage) -> ScheduledMessageReply:
        """Call it off."""

        async def work(transaction: Transaction) -> ScheduledMessageReply:
            return await cancel_scheduled_message(
                request, ScheduleTables(transaction), self._around()
            )

        return await self._database.run(work)

    async def find(self, request: FindScheduledMessage) -> FindScheduledMessageReply:
        """To which conversation it belongs."""
        return await self._database.read(
            lambda transaction: find_scheduled_message(request, ScheduleTables(transaction))
        )

    async def get(self, request: GetScheduledMessage) -> ScheduledMessageReply:
        """One."""
        return await self._database.read(
            lambda transaction: get_scheduled_message(request, ScheduleTables(transaction))
        )

    async def list(self, request: ListScheduledMessages) -> ScheduledMessagesReply:
        """A page of them."""
        return await self._database.read(
            lambda transaction: list_scheduled_messages(request, ScheduleTables(transaction))
        )

    async def _once(
        self,
        grant: Grant,
        repeat_key: RepeatKey | None,
        work: Callable[[Transaction], Awaitable[ScheduledMessageReply]],
    ) -> ScheduledMessageReply:
        if repeat_key is None:
            return await self._database.run(work)
        key = ReservedKey.of(grant.staff_id, repeat_key)

        async def work_once(transaction: Transaction) -> ScheduledMessageReply:
            known = await transaction.answered(key)
            if known is not None:
                return ScheduledMessageReply.model_validate(known)
            reply = await work(transaction)
            transaction.remember_answer(key, reply.model_dump(mode="json"))
            return reply

        return await self._database.run(work_once)
