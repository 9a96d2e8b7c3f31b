from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from services.sms.tests.factories import CLIENT, NOON, OURS, a_text
from services.sms.tests.harness import Sms

from clientcomm_contracts.conversations.events import HeldRole, StaffChangedV1
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import GetOperations, OpenGate
from clientcomm_contracts.values import Role
from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.figures import QueueFigures, StaffRights
from clientcomm_sms.adapters.gate_table import GateRow
from clientcomm_sms.application.show_operations import Operations
from clientcomm_sms.domain.gate import Server

pytestmark = pytest.mark.integration


async def another_server(sms: Sms) -> None:
    """As after a restore onto another cluster: the stored identity is not this one's."""
    table = GateRow()

    async def work(tx: Transaction) -> None:
        gate = await table.read(tx)
        assert gate is not None
        await table.write(tx, replace(gate, server=Server(1, 1)))

    await sms.database.run(work)
    await sms.database.run(sms.gate.check)


async def test_on_another_server_nothing_is_sent(sms: Sms) -> None:
    await sms.accept(a_text())

    await another_server(sms)

    assert await sms.send() == []


async def test_a_restart_on_the_same_server_leaves_the_gate_open(sms: Sms) -> None:
    await sms.database.run(sms.gate.check)
    await sms.accept(a_text())

    assert len(await sms.send()) == 1


async def test_after_a_restore_what_the_carrier_has_is_adopted_and_the_rest_waits(
    sms: Sms,
) -> None:
    sms.clock.at = datetime.now(UTC)
    gone, blanked, waiting = (
        a_text("gone"),
        a_text("blanked", to="+15125550102"),
        a_text("waits", to="+15125550103"),
    )
    await sms.accept(gone, blanked, waiting)
    sms.carrier.take(OURS, CLIENT, "gone")
    sms.carrier.take(OURS, "+15125550102", "")

    await another_server(sms)
    await sms.compare()

    assert await sms.state(gone.message_id) == "sent"
    assert await sms.state(blanked.message_id) == "unknown"
    assert await sms.state(waiting.message_id) == "queued"
    await sms.database.run(sms.gate.open)
    assert [attempt.body for attempt in await sms.send()] == ["waits"]


def operations(sms: Sms) -> Operations:
    return Operations(
        sms.database,
        sms.gate,
        figures=QueueFigures(),
        strays=sms.open_texts,
        staff=StaffRights(),
    )


async def a_member_of_staff(sms: Sms, role: Role) -> Asker:
    event = StaffChangedV1(
        aggregate_id=uuid4(),
        sequence=1,
        occurred_at=NOON,
        full_name="Ana",
        email="ana@example.org",
        roles=(HeldRole(role=role),),
    )
    await sms.database.run(lambda tx: sms.directory.learn_staff(tx, [event]))
    return Asker(staff_id=event.aggregate_id)


async def test_an_administrator_opens_the_gate_once_the_comparison_is_done(sms: Sms) -> None:
    asker = await a_member_of_staff(sms, Role.ADMINISTRATOR)
    await another_server(sms)

    with pytest.raises(Refused, match="comparison_not_finished"):
        await operations(sms).open_gate(OpenGate(asker=asker))
    await sms.compare()
    await operations(sms).open_gate(OpenGate(asker=asker))

    assert (await operations(sms).show(GetOperations(asker=asker))).gate_is_open


@pytest.mark.parametrize("role", [Role.CASE_MANAGER, Role.FRONT_DESK, Role.AUDITOR])
async def test_others_neither_look_nor_open(sms: Sms, role: Role) -> None:
    asker = await a_member_of_staff(sms, role)

    with pytest.raises(Refused, match="not_allowed"):
        await operations(sms).show(GetOperations(asker=asker))
    with pytest.raises(Refused, match="not_allowed"):
        await operations(sms).open_gate(OpenGate(asker=asker))


async def test_operations_show_each_number(sms: Sms) -> None:
    asker = await a_member_of_staff(sms, Role.SUPERVISOR)
    await sms.accept(a_text())

    reply = await operations(sms).show(GetOperations(asker=asker))

    assert [(n.number, n.waiting, n.unknown) for n in reply.numbers] == [(OURS, 1, 0)]
    assert reply.unexplained == 0
