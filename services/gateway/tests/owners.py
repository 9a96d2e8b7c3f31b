"""The owners in memory: they answer what the gateway asks and keep the rules it relies on."""

from collections.abc import Callable, Mapping
from datetime import UTC, time
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.gateway.tests.caseload_owners import CASELOAD_REQUESTS, CaseloadOwners
from services.gateway.tests.owners_asking import ASKING_REQUESTS, AskingOwners
from services.gateway.tests.owners_departments import DEPARTMENT_REQUESTS, DepartmentOwners
from services.gateway.tests.owners_identity import IDENTITY_REQUESTS, IdentityOwners
from services.gateway.tests.owners_set_up import SET_UP_REQUESTS, SetUpOwners
from services.gateway.tests.owners_staff import STAFF_REQUESTS, StaffOwners
from services.gateway.tests.world import NOW, Talk, World

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations import requests as ask
from clientcomm_contracts.conversations.coverage import (
    AwayChoice,
    CoverageReply,
    CoveragesReply,
    CoverageView,
    EndCoverage,
    ListCoverage,
    SetCoverage,
)
from clientcomm_contracts.conversations.search import (
    FoundText,
    SearchMessages,
    SearchMessagesReply,
    SnippetPart,
)
from clientcomm_contracts.conversations.views import (
    ConversationRow,
    ConversationView,
    MassMessageView,
    MessageView,
    ReplyNumber,
    SkippedRecipient,
    StaffName,
)
from clientcomm_contracts.export import GetTranscript, TranscriptItem, TranscriptReply
from clientcomm_contracts.faults import Refused, Unavailable, not_found
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
    ScheduledMessageView,
    ScheduleMessage,
)
from clientcomm_contracts.values import (
    Action,
    ConversationState,
    Direction,
    MessageState,
    Role,
    ScheduledState,
    TranscriptFormat,
)

R = TypeVar("R", bound=Reply)


class MemoryOwners(
    StaffOwners, CaseloadOwners, IdentityOwners, DepartmentOwners, SetUpOwners, AskingOwners
):
    """`application.ports.Owners` without a bus; `away` makes it unavailable."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.away = False
        self.is_empty = False
        self.departments = {}
        self.transfers_asked = {}
        self.asked: list[Request[Any]] = []
        self._answers: dict[tuple[str, str], tuple[str, Reply]] = {}

    async def call(self, request: Request[R], *, timeout: float = 5.0) -> R:  # noqa: ASYNC109
        if self.away:
            raise Unavailable("broker: away")
        self.asked.append(request)
        key = getattr(request, "repeat_key", None)
        if isinstance(key, RepeatKey):
            return cast("R", self._once(request, key))
        return cast("R", self.handler_of(type(request))(request))

    def handlers(self) -> Mapping[type[Request[Any]], Callable[[Any], Reply]]:
        """One function per request."""
        added = {
            request: self.handler_of(request)
            for requests in (
                STAFF_REQUESTS,
                IDENTITY_REQUESTS,
                DEPARTMENT_REQUESTS,
                SET_UP_REQUESTS,
                ASKING_REQUESTS,
            )
            for request in requests
        }
        return added | {
            request: self.handler_of(request)
            for request in (
                ask.GetMe, ask.ListDepartments, ask.ListStaff, ask.ListConversations,
                ask.GetConversation, ask.GetThread, ask.MarkRead, ask.MarkUnread,
                ask.SendMessage, ask.ResendMessage, ask.GetMessage, ask.AddClient,
                ask.GetClient, ask.EditClient, ask.AssignConversation, ask.SendMassMessage,
                ask.GetMassMessage, ask.StopMassMessage, ask.GetGrant, ask.ListViewers,
                ask.GetAttachment, SearchMessages, ListCoverage, SetCoverage, EndCoverage,
                ScheduleMessage, ListScheduledMessages, FindScheduledMessage,
                GetScheduledMessage, EditScheduledMessage, CancelScheduledMessage, GetTranscript,
                *CASELOAD_REQUESTS,
            )
        }  # fmt: skip

    def handler_of(self, request: type[Request[Any]]) -> Callable[[Any], Reply]:
        return cast("Callable[[Any], Reply]", getattr(self, "on_" + _snake(request.__name__)))

    def _once(self, request: Request[Any], key: RepeatKey) -> Reply:
        asker = getattr(request, "asker", None) or getattr(request, "grant", None)
        place = (str(getattr(asker, "staff_id", "")), key.key)
        known = self._answers.get(place)
        if known is not None:
            if known[0] != key.body_hash:
                raise Refused("idempotency_key_reused", "Used before.", kind="reused_key")
            return known[1]
        answer = self.handler_of(type(request))(request)
        self._answers[place] = (key.body_hash, answer)
        return answer

    # Who may see and do what: assigned, the front desk's inbox, supervisors and auditors.

    def _roles(self, staff_id: UUID, department_id: UUID) -> set[Role]:
        person = self.world.staff.get(staff_id)
        if person is None or not person.is_active:
            raise not_found("account")
        return {held.role for held in person.roles if held.department_id == department_id}

    def _may_see(self, staff_id: UUID, talk: Talk) -> bool:
        roles = self._roles(staff_id, talk.row.department_id)
        if talk.row.assigned_to is not None and talk.row.assigned_to.id == staff_id:
            return True
        if roles & {Role.SUPERVISOR, Role.AUDITOR}:
            return True
        return talk.row.assigned_to is None and Role.FRONT_DESK in roles

    def _may_send(self, staff_id: UUID, talk: Talk) -> bool:
        roles = self._roles(staff_id, talk.row.department_id)
        return self._may_see(staff_id, talk) and roles != {Role.AUDITOR}

    def _talk(self, staff_id: UUID, talk_id: UUID) -> Talk:
        talk = self.world.talks.get(talk_id)
        if talk is None or not self._may_see(staff_id, talk):
            raise not_found("conversation")
        return talk

    def _name(self, staff_id: UUID) -> StaffName:
        return StaffName(id=staff_id, full_name=self.world.staff[staff_id].full_name)

    def _unread(self, staff_id: UUID) -> int:
        return sum(
            talk.row.unread_count > 0
            for talk in self.world.talks.values()
            if talk.row.assigned_to is not None and talk.row.assigned_to.id == staff_id
        )

    def on_get_me(self, request: ask.GetMe) -> ask.MeReply:
        staff = self.world.staff.get(request.asker.staff_id)
        if staff is None or not staff.is_active:
            raise not_found("account")
        return ask.MeReply(
            staff=staff,
            departments=(self.world.department,),
            unread_conversations=self._unread(staff.id),
            covers=tuple(
                one.staff
                for one in self.world.coverage.values()
                if one.covered_by.id == staff.id and one.is_now
            ),
        )

    def on_list_departments(self, request: ask.ListDepartments) -> ask.DepartmentsReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        return ask.DepartmentsReply(items=(self.world.department,))

    def on_list_staff(self, request: ask.ListStaff) -> ask.StaffReply:
        self._roles(request.asker.staff_id, self.world.department.id)
        return ask.StaffReply(items=tuple(self.world.staff.values()))

    def on_list_conversations(self, request: ask.ListConversations) -> ask.ConversationsReply:
        staff_id = request.asker.staff_id
        rows = [
            talk.row
            for talk in self.world.talks.values()
            if self._may_see(staff_id, talk) and self._is_in(request, talk)
        ]
        rows.sort(
            key=lambda row: (row.unread_count == 0, -(row.last_contact_at or NOW).timestamp())
        )
        start = _position(request.cursor)
        page = rows[start : start + request.limit]
        more = start + request.limit < len(rows)
        return ask.ConversationsReply(
            items=tuple(page),
            next=str(start + request.limit) if more else None,
            unread_conversations=sum(row.unread_count > 0 for row in rows),
        )

    def _is_in(self, request: ask.ListConversations, talk: Talk) -> bool:
        row = talk.row
        is_own = row.assigned_to is not None and row.assigned_to.id == request.asker.staff_id
        match request.box:
            case ask.Box.MINE if not is_own:
                return False
            case ask.Box.UNASSIGNED if row.state is not ConversationState.UNASSIGNED:
                return False
        text = f"{row.first_name} {row.last_name} {row.primary_number}".lower()
        fits_text = request.q.lower() in text
        return fits_text and (request.unread is None or (row.unread_count > 0) == request.unread)

    def on_get_conversation(self, request: ask.GetConversation) -> ask.ConversationReply:
        staff_id = request.asker.staff_id
        talk = self.world.talks.get(request.conversation_id)
        if talk is not None and self._only_administers(staff_id, talk):
            hidden = talk.row.model_copy(update={"last_text": "", "last_text_direction": None})
            view = self._view(staff_id, Talk(hidden)).model_copy(update={"may_send": False})
            return ask.ConversationReply(conversation=view)
        talk = self._talk(staff_id, request.conversation_id)
        return ask.ConversationReply(
            conversation=self._view(staff_id, talk),
            grant=self._grant(staff_id, talk, request.grant_for),
        )

    def _only_administers(self, staff_id: UUID, talk: Talk) -> bool:
        """Sees whose it is, and no text (rule 1.1)."""
        roles = self._roles(staff_id, talk.row.department_id)
        return Role.ADMINISTRATOR in roles and not self._may_see(staff_id, talk)

    def _view(self, staff_id: UUID, talk: Talk) -> ConversationView:
        row = talk.row
        client = self.world.clients.get(row.client_id) if row.client_id else None
        number_id = client.numbers[0].id if client else None
        is_own = row.assigned_to is not None and row.assigned_to.id == staff_id
        return ConversationView(
            row=row,
            client=client,
            department=self.world.department,
            numbers=(
                ReplyNumber(
                    id=number_id,
                    value=str(row.primary_number),
                    is_opted_out=row.is_opted_out,
                    is_preselected=True,
                ),
            ),
            may_send=self._may_send(staff_id, talk)
            and not row.is_opted_out
            and row.state is not ConversationState.CLOSED,
            may_assign=row.state is ConversationState.UNASSIGNED,
            may_transfer=is_own and row.state is ConversationState.OPEN,
            may_close=is_own and row.state is ConversationState.OPEN,
            may_reopen=is_own and row.state is ConversationState.CLOSED,
            may_label=is_own,
            introduction=self.world.introductions.get(row.id),
            moves_read_position=is_own,
            may_attach=row.state is ConversationState.UNASSIGNED,
            may_block=row.client_id is None,
            may_refile=self._may_send(staff_id, talk),
            read_up_to=None,
            quiet_until=self.world.quiet_until,
            cannot_send_because="This phone has opted out." if row.is_opted_out else None,
        )

    def on_get_thread(self, request: ask.GetThread) -> ask.ThreadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        end = _position(request.before) if request.before else len(talk.items)
        places = [n for n, item in enumerate(talk.items) if item.id == request.around]
        if places:
            end = min(len(talk.items), places[0] + 1 + request.limit // 2)
        start = max(0, end - request.limit)
        return ask.ThreadReply(
            items=tuple(talk.items[start:end]),
            before=str(start) if start else None,
            sequence=talk.sequence,
            is_newest=end == len(talk.items),
        )

    def on_list_coverage(self, request: ListCoverage) -> CoveragesReply:
        me = request.asker.staff_id
        all_periods = tuple(self.world.coverage.values())
        roles = self._roles(me, self.world.department.id)
        is_keeper = bool(roles & {Role.SUPERVISOR, Role.ADMINISTRATOR})
        managers = [
            one
            for one in self.world.staff.values()
            if one.id != me and any(held.role is Role.CASE_MANAGER for held in one.roles)
        ]
        return CoveragesReply(
            own=tuple(one for one in all_periods if one.staff.id == me),
            covering=tuple(one for one in all_periods if one.covered_by.id == me),
            department=all_periods if is_keeper else (),
            colleagues=tuple(self._name(other) for other in self.world.staff if other != me),
            may_be_away=Role.CASE_MANAGER in roles,
            time_zone=self.world.department.time_zone,
            may_set_for=tuple(
                AwayChoice(
                    id=one.id,
                    full_name=one.full_name,
                    time_zone=self.world.department.time_zone,
                )
                for one in managers
                if is_keeper
            ),
            covers=tuple(self._name(one.id) for one in managers if is_keeper),
        )

    def on_set_coverage(self, request: SetCoverage) -> CoverageReply:
        if request.until <= NOW:
            raise Refused("is_over", "This time is over.", field="until")
        away = request.staff_id or request.asker.staff_id
        roles = self._roles(request.asker.staff_id, self.world.department.id)
        if away != request.asker.staff_id and not roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
            raise not_found("colleague")
        if Role.CASE_MANAGER not in self._roles(away, self.world.department.id):
            raise Refused("no_caseload", "Only case managers.", kind="not_allowed")
        made = CoverageView(
            id=uuid4(),
            staff=self._name(away),
            covered_by=self._name(request.covered_by),
            since=request.since or NOW,
            until=request.until,
            away_reply=request.away_reply,
            is_now=request.since is None or request.since <= NOW,
            may_end=True,
            clients=1,
        )
        self.world.coverage[made.id] = made
        return CoverageReply(coverage=made)

    def on_end_coverage(self, request: EndCoverage) -> CoverageReply:
        kept = self.world.coverage.get(request.coverage_id)
        roles = self._roles(request.asker.staff_id, self.world.department.id)
        is_keeper = roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}
        if kept is None or (kept.staff.id != request.asker.staff_id and not is_keeper):
            raise not_found("period")
        self.world.coverage[kept.id] = kept.model_copy(update={"is_now": False})
        return CoverageReply(coverage=self.world.coverage[kept.id])

    def on_search_messages(self, request: SearchMessages) -> SearchMessagesReply:
        if request.q == "the":
            raise Refused("search_too_common", "These words are in every text.", field="q")
        staff_id = request.asker.staff_id
        if request.conversation_id is not None:
            self._talk(staff_id, request.conversation_id)
        hits = [
            _found(talk, item, request.q)
            for talk in self.world.talks.values()
            for item in talk.items
            if self._may_see(staff_id, talk)
            and isinstance(item, MessageView)
            and request.q.lower() in item.body.lower()
            and request.conversation_id in {None, talk.row.id}
        ]
        start = _position(request.cursor)
        more = start + request.limit < len(hits)
        return SearchMessagesReply(
            items=tuple(hits[start : start + request.limit]),
            next=str(start + request.limit) if more else None,
        )

    def on_mark_read(self, request: ask.MarkRead) -> ask.ReadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        self.world.change(talk, unread_count=0)
        return ask.ReadReply(read_up_to=NOW, unread_count=0)

    def on_mark_unread(self, request: ask.MarkUnread) -> ask.ReadReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        self.world.change(talk, unread_count=1)
        return ask.ReadReply(read_up_to=None, unread_count=1)

    def on_send_message(self, request: ask.SendMessage) -> ask.MessageReply:
        staff_id = request.asker.staff_id
        talk = self._talk(staff_id, request.conversation_id)
        if not self._may_send(staff_id, talk):
            raise Refused("may_not_send", "You may not send here.", kind="not_allowed")
        if request.unless_quiet and self.world.quiet_until is not None:
            raise Refused("quiet_hours", "It is late or early.", kind="conflict")
        if talk.row.is_opted_out:
            raise Refused("opted_out", "This phone has opted out.", kind="conflict")
        if not request.body and not request.attachment_ids:
            raise Refused("message_empty", "Write something first.", field="body")
        return ask.MessageReply(
            message=self.world.write(talk, request.body, self.world.staff[staff_id])
        )

    def on_resend_message(self, request: ask.ResendMessage) -> ask.MessageReply:
        old = self._message(request.asker.staff_id, request.message_id)
        talk = self.world.talks[old.conversation_id]
        staff = self.world.staff[request.asker.staff_id]
        return ask.MessageReply(message=self.world.write(talk, old.body, staff, resend_of=old.id))

    def on_get_message(self, request: ask.GetMessage) -> ask.MessageReply:
        return ask.MessageReply(message=self._message(request.asker.staff_id, request.message_id))

    def _message(self, staff_id: UUID, message_id: UUID) -> MessageView:
        for talk in self.world.talks.values():
            for item in talk.items:
                is_it = isinstance(item, MessageView) and item.id == message_id
                if is_it and self._may_see(staff_id, talk):
                    return cast("MessageView", item)
        raise not_found("message")

    def on_add_client(self, request: ask.AddClient) -> ask.AddClientReply:
        staff = self.world.staff[request.asker.staff_id]
        if not any(held.role in {Role.CASE_MANAGER, Role.SUPERVISOR} for held in staff.roles):
            raise Refused("may_not_add", "You may not add clients.", kind="not_allowed")
        digits = "".join(sign for sign in request.phone if sign.isdigit())
        phone = digits if digits.startswith("1") else f"1{digits}"
        no_number = "" if len(phone) >= len("12025550100") else "This is not a phone number."
        if not request.last_name:
            also = {"phone": no_number} if no_number else {}
            raise Refused(
                "last_name_missing", "No name.", field="last_name", details={"also": also}
            )
        if no_number:
            raise Refused("invalid_number", no_number, field="phone")
        known = self._client_with(f"+{phone}")
        if known is not None and request.resolve is None:
            return self._answer_for_known(known, request.asker.staff_id)
        talk = self.world.add_client(request.first_name, request.last_name, f"+{phone}", staff)
        assert talk.row.client_id is not None
        return ask.AddClientReply(
            outcome=ask.AddedClient.CREATED,
            client_id=talk.row.client_id,
            conversation_id=talk.row.id,
        )

    def _client_with(self, phone: str) -> Talk | None:
        talks = self.world.talks.values()
        return next((t for t in talks if t.row.client_id and t.row.primary_number == phone), None)

    def _answer_for_known(self, talk: Talk, staff_id: UUID) -> ask.AddClientReply:
        owner = talk.row.assigned_to
        assert owner is not None
        assert talk.row.client_id is not None
        if owner.id == staff_id:
            return ask.AddClientReply(
                outcome=ask.AddedClient.ALREADY_MINE,
                client_id=talk.row.client_id,
                conversation_id=talk.row.id,
            )
        raise Refused(
            "assigned_to_colleague",
            "A colleague has this client.",
            kind="conflict",
            details={
                "staff": {"id": str(owner.id), "full_name": owner.full_name},
                "client_id": str(talk.row.client_id),
            },
        )

    def on_get_client(self, request: ask.GetClient) -> ask.ClientReply:
        return ask.ClientReply(client=self._client(request.asker.staff_id, request.client_id))

    def _client(self, staff_id: UUID, client_id: UUID) -> Any:
        client = self.world.clients.get(client_id)
        if client is None or client.conversation_id is None:
            raise not_found("client")
        try:
            self._talk(staff_id, client.conversation_id)
        except Refused:
            raise not_found("client") from None
        known = [one.id for one in client.numbers if one.value in self.world.landlines]
        return client.model_copy(update={"landlines": tuple(known)})

    def on_edit_client(self, request: ask.EditClient) -> ask.ClientReply:
        client = self._client(request.asker.staff_id, request.client_id)
        fields = ("first_name", "last_name", "language", "time_zone", "id_number", "notes")
        changes = {name: value for name in fields if (value := getattr(request, name)) is not None}
        self.world.clients[client.id] = client.model_copy(update=changes)
        return ask.ClientReply(client=self.world.clients[client.id])

    def on_assign_conversation(self, request: ask.AssignConversation) -> ask.ConversationReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if request.staff_id not in self.world.staff:
            raise Refused("unknown_staff", "Choose a colleague.", field="staff_id")
        self.world.change(
            talk, assigned_to=self._name(request.staff_id), state=ConversationState.OPEN
        )
        return ask.ConversationReply(conversation=self._view(request.asker.staff_id, talk))

    def on_send_mass_message(self, request: ask.SendMassMessage) -> ask.MassMessageReply:
        staff_id = request.asker.staff_id
        skipped, taken = [], []
        for talk_id in request.conversation_ids:
            talk = self.world.talks.get(talk_id)
            if talk is None or not self._may_see(staff_id, talk):
                skipped.append(SkippedRecipient(conversation_id=talk_id, code="not_found"))
            elif talk.row.is_opted_out:
                skipped.append(SkippedRecipient(conversation_id=talk_id, code="opted_out"))
            else:
                taken.append(talk)
        mass = MassMessageView(
            id=uuid4(),
            department_id=self.world.department.id,
            body=request.body,
            created_at=NOW,
            by_staff=self._name(staff_id),
            recipients=len(taken),
            segments=len(taken),
            skipped=tuple(skipped),
            states={} if request.is_preview else {MessageState.QUEUED: len(taken)},
            is_stopped=False,
            ends_at=NOW,
        )
        if not request.is_preview:
            self.world.mass[mass.id] = mass
        return ask.MassMessageReply(mass_message=mass, is_preview=request.is_preview)

    def on_get_mass_message(self, request: ask.GetMassMessage) -> ask.MassMessageReply:
        mass = self.world.mass.get(request.mass_message_id)
        if mass is None or mass.by_staff.id != request.asker.staff_id:
            raise not_found("mass message")
        return ask.MassMessageReply(mass_message=mass)

    def on_stop_mass_message(self, request: ask.StopMassMessage) -> ask.MassMessageReply:
        mass = self.on_get_mass_message(
            ask.GetMassMessage(asker=request.asker, mass_message_id=request.mass_message_id)
        ).mass_message
        self.world.mass[mass.id] = mass.model_copy(update={"is_stopped": True})
        return ask.MassMessageReply(mass_message=self.world.mass[mass.id])

    def on_get_grant(self, request: ask.GetGrant) -> ask.GrantReply:
        talk = self._talk(request.asker.staff_id, request.conversation_id)
        if Action.SCHEDULE in request.actions and not self._may_send(request.asker.staff_id, talk):
            raise Refused("may_not_schedule", "You may not schedule here.", kind="not_allowed")
        return ask.GrantReply(
            grant=self._grant(request.asker.staff_id, talk, request.actions),
            time_zone=self.world.department.time_zone,
            title=f"{talk.row.first_name} {talk.row.last_name}",
            assigned_to=talk.row.assigned_to,
            sequence=talk.sequence,
        )

    def _grant(self, staff_id: UUID, talk: Talk, actions: frozenset[Action]) -> Grant:
        return Grant(
            staff_id=staff_id,
            staff_name=self._name(staff_id).full_name,
            actions=actions,
            conversation_ids=frozenset({talk.row.id}),
        )

    def on_list_viewers(self, request: ask.ListViewers) -> ask.ViewersReply:
        talk = self.world.talks.get(request.conversation_id)
        viewers = [
            staff_id
            for staff_id in request.staff_ids
            if talk is not None and self._may_see(staff_id, talk)
        ]
        return ask.ViewersReply(
            unread_conversations={staff_id: self._unread(staff_id) for staff_id in viewers}
        )

    def on_get_attachment(self, request: ask.GetAttachment) -> ask.AttachmentReply:
        found = self.world.attachments.get(request.attachment_id)
        if found is None:
            raise not_found("attachment")
        talk = self._talk(request.asker.staff_id, found[0])
        return ask.AttachmentReply(
            conversation_id=talk.row.id,
            object_key=found[1],
            content_type=found[2],
            file_name="a file.bin",
        )

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

    def on_get_transcript(self, request: GetTranscript) -> TranscriptReply:
        self._check(request.grant, Action.EXPORT, request.conversation_id)
        talk = self.world.talks[request.conversation_id]
        texts = [item for item in talk.items if isinstance(item, MessageView)]
        is_text = request.format is TranscriptFormat.TEXT
        return TranscriptReply(
            title=request.title,
            time_zone=request.time_zone,
            exported_at=NOW,
            exported_by=request.grant.staff_name,
            complete_up_to=self.world.transcripts_complete_up_to,
            items=() if is_text else tuple(map(_transcript_item, texts)),
            text="\n".join(item.body for item in texts) if is_text else None,
        )

    @staticmethod
    def _check(grant: Grant, action: Action, conversation_id: UUID) -> None:
        if not grant.allows(action, conversation_id):
            raise Refused("not_granted", "Not allowed.", kind="not_allowed")


def _found(talk: Talk, item: MessageView, q: str) -> FoundText:
    before, found, after = item.body.partition(q)
    return FoundText(
        message_id=item.id,
        direction=item.direction,
        at=item.at,
        staff=item.staff,
        snippet=(
            SnippetPart(text=before),
            SnippetPart(text=found, is_found=True),
            SnippetPart(text=after),
        ),
        conversation_id=talk.row.id,
        **{
            name: getattr(talk.row, name)
            for name in (
                "department_id", "client_id", "first_name", "last_name", "sender",
                "primary_number", "assigned_to", "state",
            )
        },
    )  # fmt: skip


def _transcript_item(item: MessageView) -> TranscriptItem:
    return TranscriptItem(
        kind="message",
        id=item.id,
        at=item.at,
        local_time=item.at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M"),
        direction=Direction(item.direction),
        who=item.staff.full_name if item.staff else "",
        number_from=item.number_from,
        number_to=item.number_to,
        body=item.body,
        state=item.state,
        state_in_words=item.state.value,
    )


def _unread_first(row: ConversationRow) -> tuple[bool, float]:
    return row.unread_count == 0, -(row.last_contact_at or NOW).timestamp()


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > len("99999999"):
        raise Refused("invalid_cursor", "This cursor is not one of ours.", field="cursor")
    return int(cursor)


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")


def _scheduled_reply(item: ScheduledMessageView) -> ScheduledMessageReply:
    is_quiet = not time(8) <= item.local_time.time() < time(21)
    return ScheduledMessageReply(scheduled_message=item, is_in_quiet_hours=is_quiet)
