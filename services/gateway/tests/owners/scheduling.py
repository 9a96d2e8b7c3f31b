"""The owner of scheduled texts in memory."""

from datetime import UTC, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.people import Grant
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    EditScheduledMessage,
    FindScheduledMessage,
    FindScheduledMessageReply,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessageReply,
    ScheduledMessagesReply,
    ScheduledMessageView,
    ScheduleMessage,
)
from clientcomm_contracts.values import Action, ScheduledState


class SchedulingOwners(SeeingOwners):
    """Does what a grant allows."""

    def on_schedule_message(self, request: ScheduleMessage) -> ScheduledMessageReply:
        self._check(request.grant, Action.SCHEDULE, request.conversation_id)
        zone = request.time_zone or self.world.department.time_zone
        due = request.local_time.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if due <= NOW:
            raise Refused("in_the_past", "This time is in the past.", field="local_time")
        item = ScheduledMessageView(
            id=uuid4(),
            conversation_id=request.conversation_id,
            body=request.body,
            local_time=request.local_time,
            time_zone=zone,
            due_at=due,
            state=ScheduledState.SCHEDULED,
            by_staff_id=request.grant.staff_id,
            by_staff_name=request.grant.staff_name,
            created_at=NOW,
            version=1,
        )
        self.world.scheduled[item.id] = item
        return _scheduled_reply(item)

    def on_list_scheduled_messages(self, request: ListScheduledMessages) -> ScheduledMessagesReply:
        return ScheduledMessagesReply(
            items=tuple(
                item
                for item in self.world.scheduled.values()
                if request.grant.allows(Action.READ, item.conversation_id)
                and (request.include_ended or item.state is ScheduledState.SCHEDULED)
            )
        )

    def on_find_scheduled_message(self, request: FindScheduledMessage) -> FindScheduledMessageReply:
        item = self.world.scheduled.get(request.scheduled_message_id)
        if item is None:
            raise not_found("scheduled message")
        return FindScheduledMessageReply(conversation_id=item.conversation_id)

    def _scheduled(self, grant: Grant, scheduled_id: UUID, action: Action) -> ScheduledMessageView:
        item = self.world.scheduled.get(scheduled_id)
        if item is None:
            raise not_found("scheduled message")
        self._check(grant, action, item.conversation_id)
        return item

    def on_get_scheduled_message(self, request: GetScheduledMessage) -> ScheduledMessageReply:
        return _scheduled_reply(
            self._scheduled(request.grant, request.scheduled_message_id, Action.READ)
        )

    def on_edit_scheduled_message(self, request: EditScheduledMessage) -> ScheduledMessageReply:
        item = self._scheduled(request.grant, request.scheduled_message_id, Action.SCHEDULE)
        changes = {
            name: value
            for name in ("body", "local_time", "time_zone")
            if (value := getattr(request, name)) is not None
        }
        self.world.scheduled[item.id] = item.model_copy(update=changes)
        return _scheduled_reply(self.world.scheduled[item.id])

    def on_cancel_scheduled_message(self, request: CancelScheduledMessage) -> ScheduledMessageReply:
        item = self._scheduled(request.grant, request.scheduled_message_id, Action.SCHEDULE)
        changed = item.model_copy(update={"state": ScheduledState.CANCELED})
        self.world.scheduled[item.id] = changed
        return ScheduledMessageReply(scheduled_message=changed)


def _scheduled_reply(item: ScheduledMessageView) -> ScheduledMessageReply:
    is_quiet = not time(8) <= item.local_time.time() < time(21)
    return ScheduledMessageReply(scheduled_message=item, is_in_quiet_hours=is_quiet)
