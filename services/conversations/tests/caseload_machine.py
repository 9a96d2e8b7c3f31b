"""A caseload under any sequence of what people and phones do to it, on a real database."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from services.conversations.tests.scenes import Scene
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.caseload import (
    CloseConversation,
    ReopenConversation,
    TransferConversation,
)
from clientcomm_contracts.conversations.clients import AddClient, Resolve
from clientcomm_contracts.conversations.inbox import (
    AssignConversation,
    AttachConversation,
    BlockSender,
    RefileMessage,
    UnblockSender,
)
from clientcomm_contracts.conversations.merging import MergeClients
from clientcomm_contracts.conversations.numbers import AddNumber, GiveUpNumber
from clientcomm_contracts.conversations.reading import GetThread
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.sms import TextReceivedV1
from clientcomm_contracts.values import Role
from clientcomm_persistence import Database

_PICK = st.integers(min_value=0, max_value=11)
_ANSWERS = {
    "number_shared": {"resolve": Resolve.SHARED_PHONE},
    "assigned_to_colleague": {"resolve": Resolve.SHARED_PHONE},
    "known_in_my_department": {"resolve": Resolve.TAKE_OVER},
}


class CaseloadMachine(RuleBasedStateMachine):
    """Each example is a department of its own in one database; refusals are answers like others."""

    runner: asyncio.Runner
    database: Database
    done: dict[str, int]
    serial: Iterator[int]
    """Numbers are the same in every run, whatever ran before it: rows are picked in their order."""

    @initialize()
    def open_a_department(self) -> None:
        self.scene = Scene(self.database)
        self.writing = Writing(self.scene)
        self.sent: dict[UUID, str] = {}
        self.arrived: list[TextReceivedV1] = []
        self.known: dict[str, list[UUID]] = {}
        self.numbers = [f"+121255{next(self.serial):05d}" for _ in range(4)]
        self._run(self._staff())

    async def _staff(self) -> None:
        self.office = await self.scene.department(f"Office {self.numbers[0]}")
        names = ("Dana Reyes", "Eli Ford")
        self.officers = [
            await self.scene.staff(name, (Role.CASE_MANAGER, self.office)) for name in names
        ]
        self.chief = await self.scene.staff("Ines Chief", (Role.SUPERVISOR, self.office))

    @rule(who=_PICK, number=_PICK)
    def add_a_client(self, who: int, number: int) -> None:
        officer = self.officers[who % len(self.officers)]
        request = AddClient(
            asker=officer,
            department_id=self.office.id,
            first_name="Mia",
            last_name=f"Stone {len(self._clients())}",
            phone=self._number(number),
        )
        self._now()
        try:
            self._run(self.writing.order(request))
        except Refused as question:
            answer = _ANSWERS.get(question.code)
            if answer:
                self._order(request.model_copy(update=answer))

    @rule(number=_PICK, other=_PICK)
    def phones_text(self, number: int, other: int) -> None:
        texts = [
            a_text(self.office, self._number(one), f"text {len(self.sent)}-{place}", at=self._now())
            for place, one in enumerate((number, other))
        ]
        self.sent.update({text.aggregate_id: text.body for text in texts})
        self._run(self.writing.deliver(*texts, *self._told_again()))
        self.arrived += texts

    def _told_again(self) -> list[TextReceivedV1]:
        """An earlier text under another event's id, as after a replay."""
        return [one.model_copy(update={"sequence": 2}) for one in self.arrived[-1:]]

    @precondition(lambda self: self._clients())
    @rule(client=_PICK, number=_PICK, is_wrong=st.booleans())
    def end_a_number(self, client: int, number: int, is_wrong: bool) -> None:
        chosen = self._client(client)
        held = self._rows(
            "select id from client_number where client_id = :id and until is null"
            " order by since, value",
            id=chosen,
        )
        if held:
            number_id = held[number % len(held)].id
            self._order(
                GiveUpNumber(
                    asker=self.chief, client_id=chosen, number_id=number_id, is_wrong=is_wrong
                )
            )

    @precondition(lambda self: self._clients())
    @rule(client=_PICK, number=_PICK)
    def add_a_number(self, client: int, number: int) -> None:
        self._order(
            AddNumber(
                asker=self.chief,
                client_id=self._client(client),
                phone=self._number(number),
                is_shared=True,
            )
        )

    @precondition(lambda self: len(self._clients()) > 1)
    @rule(one=_PICK, other=_PICK)
    def merge(self, one: int, other: int) -> None:
        self._order(
            MergeClients(
                asker=self.chief, client_id=self._client(one), absorb_id=self._client(other)
            )
        )

    @precondition(lambda self: self._conversations())
    @rule(one=_PICK, who=_PICK, deed=st.sampled_from(["transfer", "assign", "close", "reopen"]))
    def hand_over(self, one: int, who: int, deed: str) -> None:
        staff_id = self.officers[who % len(self.officers)].staff_id
        common = {"asker": self.chief, "conversation_id": self._conversation(one)}
        orders: dict[str, Request[Any]] = {
            "transfer": TransferConversation(staff_id=staff_id, **common),
            "assign": AssignConversation(staff_id=staff_id, **common),
            "close": CloseConversation(**common),
            "reopen": ReopenConversation(**common),
        }
        self._order(orders[deed])

    @precondition(lambda self: self._conversations(strangers=True))
    @rule(one=_PICK, client=_PICK, deed=st.sampled_from(["attach", "attach", "block", "unblock"]))
    def deal_with_a_stranger(self, one: int, client: int, deed: str) -> None:
        found = self._conversations(strangers=True)
        common = {"asker": self.chief, "conversation_id": found[one % len(found)]}
        if deed == "block":
            self._order(BlockSender(**common))
        elif deed == "unblock":
            self._order(UnblockSender(**common))
        elif self._clients():
            self._order(AttachConversation(client_id=self._client(client), **common))

    @precondition(lambda self: self.sent and self._clients())
    @rule(text=_PICK, client=_PICK)
    def refile(self, text: int, client: int) -> None:
        rows = self._rows(
            "select id, number_from from message where department_id = :d"
            " and direction = 'inbound' order by received_at, body",
            d=self.office.id,
        )
        chosen = rows[text % len(rows)]
        self._order(
            RefileMessage(
                asker=self.chief,
                message_id=chosen.id,
                client_id=self._holder(chosen.number_from, client),
            )
        )

    def _holder(self, number: str, pick: int) -> UUID:
        """Mostly somebody who has the number, for hardly anybody else gets the text."""
        rows = self._rows(
            "select n.client_id as id from client_number n join client c on c.id = n.client_id"
            " where n.value = :number and n.until is null order by c.created_at",
            number=number,
        )
        holders: list[UUID] = [row.id for row in rows]
        return [*holders, *holders, self._client(pick)][pick % (2 * len(holders) + 1)]

    @rule(days=st.sampled_from([1, 40, 100]))
    def time_passes(self, days: int) -> None:
        self.scene.clock.at += timedelta(days=days)

    @invariant()
    def no_text_is_lost_nor_kept_twice(self) -> None:
        rows = self._rows(
            "select m.inbound_id, c.merged_into from message m"
            " join conversation c on c.id = m.conversation_id"
            " where m.department_id = :d and m.direction = 'inbound'",
            d=self.office.id,
        )
        assert sorted(row.inbound_id for row in rows) == sorted(self.sent)
        assert all(row.merged_into is None for row in rows)

    @invariant()
    def at_most_one_is_assigned_and_history_is_unbroken(self) -> None:
        rows = self._rows(
            "select a.conversation_id as id, a.staff_id, a.since, a.until, c.assigned_to, c.state,"
            " c.merged_into from assignment a join conversation c on c.id = a.conversation_id"
            " where c.department_id = :d order by a.conversation_id, a.since, a.id",
            d=self.office.id,
        )
        for before, after in pairwise(rows):
            if before.id == after.id:
                assert before.until == after.since
            else:
                self._is_last(before)
        if rows:
            self._is_last(rows[-1])

    @staticmethod
    def _is_last(row: Any) -> None:
        assert (row.until is None) == (row.merged_into is None)
        if row.merged_into is None and row.state != "closed":
            assert row.staff_id == row.assigned_to

    @invariant()
    def lists_show_what_is_so(self) -> None:
        rows = self._rows(
            "select c.id, c.state, c.assigned_to, c.client_id, s.state as shown_state,"
            " s.assigned_to as shown_to, s.client_id as shown_client, s.unread_count,"
            " (select count(*) from message m where m.conversation_id = c.id"
            "   and m.direction = 'inbound' and (c.read_up_to is null"
            "   or (m.at, m.id) > (c.read_up_to, c.read_up_to_id))) as unread,"
            " s.primary_number, (select n.value from client_number n where n.is_primary"
            "   and n.client_id = c.client_id and n.until is null) as number"
            " from conversation c left join conversation_summary s on s.conversation_id = c.id"
            " where c.department_id = :d and c.merged_into is null",
            d=self.office.id,
        )
        for row in rows:
            assert (row.state, row.assigned_to) == (row.shown_state, row.shown_to)
            assert (row.client_id, row.unread) == (row.shown_client, row.unread_count)
            if row.client_id is not None:
                assert row.primary_number == row.number
        gone = self._rows(
            "select 1 from conversation_summary s join conversation c on c.id = s.conversation_id"
            " where c.merged_into is not null"
        )
        assert gone == []

    @invariant()
    def what_is_merged_has_nothing_any_more(self) -> None:
        assert (
            self._rows(
                "select 1 from client g left join client_number n on n.client_id = g.id"
                " left join conversation c on c.client_id = g.id and c.merged_into is null"
                " where g.merged_into is not null and (n.id is not null or c.id is not null)"
            )
            == []
        )

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self._facts_have_no_gaps()
            self._each_text_is_shown_in_one_thread()

    def _facts_have_no_gaps(self) -> None:
        rows = self._rows(
            "select facts ->> 'aggregate_id' as id, array_agg((facts ->> 'sequence')::int"
            " order by position) as sequences from fact group by 1"
        )
        for row in rows:
            assert sorted(row.sequences) == list(range(1, len(row.sequences) + 1))

    def _each_text_is_shown_in_one_thread(self) -> None:
        shown: list[str] = []
        for conversation_id in self._conversations():
            page = self._run(
                self.scene.ask(
                    GetThread(asker=self.chief, conversation_id=conversation_id, limit=500)
                )
            )
            shown += [
                i.body
                for i in page.items
                if i.kind == "message" and i.number_to == self.office.number
            ]
        assert sorted(shown) == sorted(self.sent.values())

    def _run(self, work: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return self.runner.run(awaited())

    def _order(self, request: Request[Any]) -> None:
        """Time moves on with each order, so that no two assignments begin at once."""
        self._now()
        name = type(request).__name__
        with suppress(Refused):
            self._run(self.writing.order(request))
            self.done[name] = self.done.get(name, 0) + 1

    def _now(self) -> Any:
        self.scene.clock.at += timedelta(seconds=1)
        self.known.clear()
        return self.scene.clock.at

    def _rows(self, query: str, **parameters: Any) -> list[Any]:
        return list(self._run(self.writing.rows(query, **parameters)))

    def _number(self, pick: int) -> str:
        return self.numbers[pick % len(self.numbers)]

    def _clients(self) -> list[UUID]:
        return self._ids(
            "select id from client where added_in_department_id = :d and merged_into is null"
            " order by created_at"
        )

    def _client(self, pick: int) -> UUID:
        found = self._clients()
        return found[pick % len(found)]

    def _conversations(self, *, strangers: bool = False) -> list[UUID]:
        narrowed = " and client_id is null" if strangers else ""
        return self._ids(
            "select id from conversation where department_id = :d and merged_into is null"
            f"{narrowed} order by opened_at, sender"
        )

    def _conversation(self, pick: int) -> UUID:
        found = self._conversations()
        return found[pick % len(found)]

    def _ids(self, query: str) -> list[UUID]:
        """Looked up once between two deeds, for every rule asks whether it may be next."""
        if not hasattr(self, "office"):
            return []
        if query not in self.known:
            self.known[query] = [row.id for row in self._rows(query, d=self.office.id)]
        return self.known[query]
