"""The ledger outlives the process, shows every accepted message once, and is read in pages."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable

from deploy.simulator.tests.running import OTHER, OURS, Application, Simulator, until

Start = Callable[..., Simulator]
PHONE = "+15551110001"


def test_ledger_shows_both_directions_in_order_and_in_pages(
    simulator: Simulator, phone: str
) -> None:
    client = simulator.client
    for n in range(3):
        client.messages.create(to=phone, from_=OURS, body=f"out {n}")
    simulator.inbound(phone, "in")

    until(lambda: {entry["status"] for entry in simulator.ledger(to=phone)} == {"delivered"})
    outbound = simulator.ledger(to=phone)
    inbound = simulator.ledger(**{"from": phone})
    assert [entry["body"] for entry in outbound] == ["out 0", "out 1", "out 2"]
    assert [entry["body"] for entry in inbound] == ["in"]
    assert [entry["n"] for entry in outbound] == sorted({entry["n"] for entry in outbound})
    first = outbound[0]
    assert first["created_at"] <= first["sent_at"] <= first["delivered_at"]
    assert {"sid", "from", "to", "body", "status", "segments", "error_code"} <= set(first)

    page = simulator.get("/simulator/messages", to=phone, limit=2)
    rest = simulator.get("/simulator/messages", to=phone, limit=2, after=page["next"])
    assert [entry["body"] for entry in page["messages"]] == ["out 0", "out 1"]
    assert [entry["body"] for entry in rest["messages"]] == ["out 2"]
    assert rest["next"] is None
    assert simulator.ledger(to=phone, direction="inbound") == []
    assert simulator.get(f"/simulator/messages/{first['sid']}") == first


def test_ledger_refuses_nonsense(simulator: Simulator) -> None:
    assert simulator.raw("GET", "/simulator/messages", params={"to": "x"}).status_code == 400
    assert simulator.raw("GET", "/simulator/messages", params={"after": "x"}).status_code == 400
    assert simulator.raw("GET", "/simulator/messages/SM0").status_code == 404


def test_restart_keeps_everything(start_simulator: Start, application: Application) -> None:
    simulator = start_simulator()
    client = simulator.client
    sent = client.messages.create(to=PHONE, from_=OURS, body="Hello").sid or ""
    until(lambda: client.messages(sent).fetch().status == "delivered")
    client.messages(sent).update(body="")
    content = base64.b64encode(b"picture").decode()
    texted = simulator.inbound(PHONE, "STOP", media=[{"base64": content}])
    gone = client.messages.create(to="+15551110003", from_=OURS, body="Gone").sid or ""
    until(lambda: client.messages(gone).fetch().status == "delivered")
    client.messages(gone).delete()
    simulator.put("/simulator/phones/+15551110002", {"delivery": 30003})
    number = client.incoming_phone_numbers.list(phone_number=OTHER)[0]
    client.incoming_phone_numbers(number.sid or "").update(sms_url="http://127.0.0.1:1/x")
    service = client.messaging.v1.services.create(friendly_name="Texts").sid or ""
    client.messaging.v1.services(service).phone_numbers.create(phone_number_sid=number.sid or "")
    call = simulator.post("/simulator/call", {"from": PHONE, "to": OURS})
    before = simulator.ledger()

    assert simulator.stop() == 0
    simulator.start()

    assert simulator.ledger() == [{**entry, "webhook_status": None} for entry in before]
    assert client.messages(sent).fetch().body == ""
    assert [message.sid for message in client.messages.list(to=PHONE)] == [sent]
    assert simulator.get("/simulator/opt-outs")["opt_outs"] == [{"scope": OURS, "phone": PHONE}]
    assert simulator.get("/simulator/phones/+15551110002")["delivery"] == 30003
    assert client.incoming_phone_numbers(number.sid or "").fetch().sms_url == "http://127.0.0.1:1/x"
    pool = client.messaging.v1.services(service).phone_numbers.list()
    assert [item.phone_number for item in pool] == [OTHER]
    assert client.calls(call["call_sid"]).fetch().status == "completed"
    (media,) = client.messages(texted["sid"]).media.list()
    assert simulator.raw("GET", (media.uri or "").removesuffix(".json")).content == b"picture"
    again = client.messages.create(to="+15551110004", from_=OURS, body="After").sid
    assert simulator.ledger()[-1]["sid"] == again
    assert simulator.ledger()[-1]["n"] == before[-1]["n"] + 1


def test_killed_simulator_goes_on_with_what_was_under_way(
    start_simulator: Start, application: Application
) -> None:
    simulator = start_simulator(SIMULATOR_RATE="4")
    sids = [
        simulator.client.messages.create(
            to=PHONE, from_=OURS, body=str(n), status_callback=application.url
        ).sid
        or ""
        for n in range(6)
    ]
    until(lambda: "delivered" in application.statuses(sids[0]))
    simulator.kill()
    simulator.start()

    until(lambda: {entry["status"] for entry in simulator.ledger()} == {"delivered"})
    assert [entry["sid"] for entry in simulator.ledger()] == sids
    until(lambda: "delivered" in application.statuses(sids[-1]))


def test_line_that_a_crash_tore_is_cut_off(start_simulator: Start) -> None:
    simulator = start_simulator()
    simulator.client.messages.create(to=PHONE, from_=OURS, body="whole")
    simulator.stop()
    path = simulator.state / "simulator" / "ledger.jsonl"
    with path.open("ab") as ledger:
        ledger.write(b'{"kind":"message","n":99,"sid":"SM')
        os.fsync(ledger.fileno())

    simulator.start()
    simulator.client.messages.create(to=PHONE, from_=OURS, body="next")

    assert [entry["body"] for entry in simulator.ledger()] == ["whole", "next"]
    assert path.read_bytes().count(b"\n") == len(path.read_bytes().splitlines())


def test_test_clock_moves_the_carriers_time(start_simulator: Start) -> None:
    simulator = start_simulator()
    clock = simulator.state / "clock.json"
    simulator.stop()
    simulator.settings["CLOCK_FILE"] = str(clock)
    clock.write_text('{"offset_seconds": 86400}')
    simulator.start()

    before = simulator.client.messages.create(to=PHONE, from_=OURS, body="one").date_created
    clock.write_text('{"offset_seconds": 172800}')
    os.utime(clock, (1, 1))

    def moved() -> bool:
        after = simulator.client.messages.create(to=PHONE, from_=OURS, body="two").date_created
        assert before is not None
        assert after is not None
        return bool((after - before).total_seconds() > 86_000)

    until(moved)
