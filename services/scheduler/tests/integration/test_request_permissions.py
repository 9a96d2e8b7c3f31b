"""Every request to scheduler, with every grant that does not allow it (rule 1.2)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from services.scheduler.tests.factories import a_grant, a_request
from services.scheduler.tests.integration.conftest import Bench

from clientcomm_contracts.contract import Request
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Grant
from clientcomm_contracts.scheduler import (
    CancelScheduledMessage,
    EditScheduledMessage,
    FindScheduledMessage,
    GetScheduledMessage,
    ListScheduledMessages,
    ScheduledMessagesReply,
    ScheduleMessage,
)
from clientcomm_contracts.values import Action

pytestmark = pytest.mark.integration

Asking = Callable[[UUID, UUID, Grant], Request[Any]]
"""With the conversation and the text in it."""

_WRITING = (Action.SCHEDULE,)
_READING = (Action.READ, Action.SCHEDULE)
NEEDS: Mapping[type[Request[Any]], tuple[Sequence[Action], Asking]] = {
    ScheduleMessage: (_WRITING, lambda there, _, grant: a_request(there, grant=grant)),
    GetScheduledMessage: (
        _READING,
        lambda _, text, grant: GetScheduledMessage(grant=grant, scheduled_message_id=text),
    ),
    EditScheduledMessage: (
        _WRITING,
        lambda _, text, grant: EditScheduledMessage(
            grant=grant, scheduled_message_id=text, body="changed"
        ),
    ),
    CancelScheduledMessage: (
        _WRITING,
        lambda _, text, grant: CancelScheduledMessage(grant=grant, scheduled_message_id=text),
    ),
    ListScheduledMessages: (_READING, lambda _, __, grant: ListScheduledMessages(grant=grant)),
}
REFUSED = {"not_found", "not_allowed", "empty"}
TELLS_NO_MORE_THAN_WHERE = FindScheduledMessage
"""By it the gateway learns for which conversation to ask for a grant."""


def test_every_request_has_its_row(bench: Bench) -> None:
    assert set(bench.requests.handlers()) == {*NEEDS, TELLS_NO_MORE_THAN_WHERE}


@pytest.mark.parametrize("request_type", NEEDS, ids=lambda one: one.__name__)
async def test_a_request_is_answered_only_with_the_grant_that_it_needs(
    bench: Bench, request_type: type[Request[Any]]
) -> None:
    allowing, asking = NEEDS[request_type]
    here, elsewhere = uuid4(), uuid4()
    text = (await bench.requests.schedule(a_request(here))).scheduled_message

    for grant in (
        a_grant(here, actions=[action for action in Action if action not in allowing]),
        a_grant(here, actions=()),
        a_grant(elsewhere),
        a_grant(),
    ):
        assert await answered(bench, asking(here, text.id, grant)) in REFUSED
    for action in allowing:
        grant = a_grant(here, actions=[action])
        assert await answered(bench, asking(here, text.id, grant)) == "yes"


async def answered(bench: Bench, request: Request[Any]) -> str:
    """`yes`, how it is refused, or that a list is empty."""
    try:
        reply = await bench.requests.handlers()[type(request)](request)
    except Refused as refused:
        return refused.kind
    is_empty = isinstance(reply, ScheduledMessagesReply) and not reply.items
    return "empty" if is_empty else "yes"
