"""The owners in memory: they answer what the gateway asks and keep the rules it relies on."""

from collections.abc import Callable
from typing import Any, TypeVar, cast, get_type_hints

from services.gateway.tests.owners.asking import AskingOwners
from services.gateway.tests.owners.caseload import CaseloadOwners
from services.gateway.tests.owners.clients import ClientOwners
from services.gateway.tests.owners.conversations import ConversationOwners
from services.gateway.tests.owners.coverage import CoverageOwners
from services.gateway.tests.owners.departments import DepartmentOwners
from services.gateway.tests.owners.identity import IdentityOwners
from services.gateway.tests.owners.messages import MessageOwners
from services.gateway.tests.owners.scheduling import SchedulingOwners
from services.gateway.tests.owners.set_up import SetUpOwners
from services.gateway.tests.owners.staff import StaffOwners
from services.gateway.tests.owners.transcripts import TranscriptOwners
from services.gateway.tests.world import World

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_contracts.people import RepeatKey

R = TypeVar("R", bound=Reply)


class MemoryOwners(
    AskingOwners,
    CaseloadOwners,
    ClientOwners,
    ConversationOwners,
    CoverageOwners,
    DepartmentOwners,
    IdentityOwners,
    MessageOwners,
    SchedulingOwners,
    SetUpOwners,
    StaffOwners,
    TranscriptOwners,
):
    """`application.ports.Owners` without a bus; `away` makes it unavailable."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.away = False
        self.is_empty = False
        self.departments = {}
        self.transfers_asked = {}
        self.asked: list[Request[Any]] = []
        self.handlers = _handlers_of(self)
        self._answers: dict[tuple[str, str], tuple[str, Reply]] = {}

    async def call(self, request: Request[R], *, timeout: float = 5.0) -> R:  # noqa: ASYNC109 - the port's
        if self.away:
            raise Unavailable("broker: away")
        self.asked.append(request)
        key = getattr(request, "repeat_key", None)
        if isinstance(key, RepeatKey):
            return cast("R", self._once(request, key))
        return cast("R", self.handlers[type(request)](request))

    def _once(self, request: Request[Any], key: RepeatKey) -> Reply:
        asker = getattr(request, "asker", None) or getattr(request, "grant", None)
        place = (str(getattr(asker, "staff_id", "")), key.key)
        known = self._answers.get(place)
        if known is not None:
            if known[0] != key.body_hash:
                raise Refused("idempotency_key_reused", "Used before.", kind="reused_key")
            return known[1]
        answer = self.handlers[type(request)](request)
        self._answers[place] = (key.body_hash, answer)
        return answer


def _handlers_of(owners: object) -> dict[type[Request[Any]], Callable[[Any], Reply]]:
    """Each `on_…` method answers the request that its parameter is annotated with."""
    methods = [getattr(owners, name) for name in dir(owners) if name.startswith("on_")]
    return {next(iter(get_type_hints(method).values())): method for method in methods}
