"""The simulator shares a small machine with what it serves: it has to be cheap."""

from __future__ import annotations

import http.client
import time
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from deploy.simulator.tests.running import ACCOUNT, OURS, TOKEN, Application, Simulator, until

from clientcomm_simulator.adapters.ledger_file import LedgerFile

MESSAGES = 1500
MILLISECONDS_PER_MESSAGE = 2.5
"""Of a processor; a fast one takes 0.4, and this is for slow ones."""
_HEADERS = {
    "Authorization": f"Basic {b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}",
    "Content-Type": "application/x-www-form-urlencoded",
}


@pytest.mark.slow
def test_message_with_two_callbacks_costs_little(
    start_simulator: Callable[..., Simulator], application: Application
) -> None:
    simulator = start_simulator()
    before = simulator.get("/simulator/stats")["cpu_seconds"]

    connection = http.client.HTTPConnection("127.0.0.1", simulator.port)
    for n in range(MESSAGES):
        callback = quote_plus(f"{application.url}/status/{n:032x}#rc=5&rp=all")
        form = f"To=%2B1555{n:07d}&From=%2B{OURS[1:]}&Body=Hello+{n}&StatusCallback={callback}"
        if f"+1555{n:07d}" == OURS:
            continue
        connection.request("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", form, _HEADERS)
        assert connection.getresponse().read()
    connection.close()

    until(lambda: len(application.hits) == 2 * (MESSAGES - 1), seconds=60)
    spent = simulator.get("/simulator/stats")["cpu_seconds"] - before
    assert 1000 * spent / MESSAGES < MILLISECONDS_PER_MESSAGE


@pytest.mark.slow
def test_lists_stay_fast_and_memory_small_with_a_hundred_thousand_messages(
    start_simulator: Callable[..., Simulator],
) -> None:
    simulator = start_simulator()
    simulator.stop()
    ledger = LedgerFile(simulator.state / "simulator" / "ledger.jsonl")
    for n in range(1, 100_001):
        sid = f"SM{n:032x}"
        to = f"+1555{n % 5000 + 1000:07d}"
        at = 1_750_000_000 + n
        text = {"n": n, "sid": sid, "direction": "outbound-api", "from": OURS, "to": to}
        more = {"body": f"Reminder {n}", "segments": 1, "status": "queued", "at": at}
        ledger.write({"kind": "message", **text, **more})
        ledger.write({"kind": "status", "sid": sid, "status": "sent", "at": at})
        ledger.write({"kind": "status", "sid": sid, "status": "delivered", "at": at})
        ledger.settle()

    began = time.monotonic()
    simulator.start()
    started = time.monotonic() - began
    began = time.monotonic()
    for _ in range(50):
        found = simulator.client.messages.page(to="+15550001234", from_=OURS, page_size=50)
        assert len(list(found)) == 20
    listed = (time.monotonic() - began) / 50

    stats = simulator.get("/simulator/stats")
    assert stats["messages"] == 100_000
    assert stats["peak_memory_bytes"] < 400 * 1024 * 1024
    assert started < 120
    assert listed < 1
