"""The checker itself: it is content with a run in order, and notices every single deviation."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.resilience.evidence import Evidence, Row
from tests.resilience.invariants import violations
from tests.resilience.record import Person, Promise, Record

PHONE, OURS, THREAD = "+12025550123", "+12025550100", "conversation"
Change = Callable[[Evidence], Evidence]


def a_record() -> Record:
    record = Record("unit", OURS, people=[Person(PHONE, THREAD, "token")])
    record.promises = [
        Promise("message", "m1", THREAD, PHONE, "first"),
        Promise("message", "m2", THREAD, PHONE, "second"),
    ]
    record.calls = [(PHONE, True)]
    return record


def a_message(number: int, **more: Any) -> Row:
    words = {1: "first", 2: "second"}[number]
    return {
        "id": f"m{number}", "conversation_id": THREAD, "direction": "outbound", "author": "staff",
        "lane": "reply", "position": number, "body": words, "state": "delivered", "version": 3,
        "number_to": PHONE, "number_from": OURS, "error_code": None, "occurrence_id": None,
        "mass_message_id": None, "inbound_id": None,
    } | more  # fmt: skip


def an_inbound(**more: Any) -> Row:
    return a_message(1) | {
        "id": "i1", "direction": "inbound", "author": "client", "body": "yes indeed",
        "state": "received", "number_to": OURS, "number_from": PHONE, "inbound_id": "in1",
    } | more  # fmt: skip


def an_entry(number: int, **more: Any) -> Row:
    return {
        "sid": f"SM{number}", "direction": "outbound-api", "from": OURS, "to": PHONE,
        "body": {1: "first", 2: "second"}[number], "status": "delivered",
    } | more  # fmt: skip


def an_outgoing(number: int, **more: Any) -> Row:
    return {
        "id": f"m{number}", "state": "delivered", "reported": "delivered", "version": 3,
        "sid": f"SM{number}", "error_code": None, "number_to": PHONE, "is_leased": None,
    } | more  # fmt: skip


def facts_of(*states: tuple[str, str]) -> list[Row]:
    written = "conversations.message.written.v1"
    moved = "conversations.message.state_changed.v1"
    told = [(m, None) for m in ("m1", "m2")] + list(states)
    return [
        {
            "aggregate_id": THREAD, "sequence": number, "message_id": message, "state": state,
            "name": moved if state else written,
        }
        for number, (message, state) in enumerate(told, start=1)
    ]  # fmt: skip


def in_order() -> Evidence:
    journal = facts_of(("m1", "sent"), ("m2", "sent"), ("m1", "delivered"), ("m2", "delivered"))
    return Evidence(
        ledger=[
            an_entry(1),
            an_entry(2),
            an_entry(1) | {"sid": "SM9", "direction": "inbound", "from": PHONE, "to": OURS,
                           "body": "yes indeed"},
        ],
        messages=[a_message(1), a_message(2), an_inbound()],
        outgoing=[an_outgoing(1), an_outgoing(2)],
        attempts=[],
        inbound=[{"id": "in1", "sid": "SM9", "body": "yes indeed"}],
        conversations=[
            {"id": THREAD, "sequence": len(journal), "scheduled_count": 0, "unread_count": 1,
             "is_opted_out": False, "phone": PHONE, "inbound_count": 1}
        ],
        markers=Counter({(PHONE, "call_received"): 1}),
        calls=Counter({PHONE: 1}),
        opt_outs=[],
        occurrences=[],
        journal=journal,
        threads={"m1": "delivered", "m2": "delivered"},
        left_over={},
    )  # fmt: skip


def test_a_run_in_order_breaks_nothing() -> None:
    assert violations(a_record(), in_order()) == []


def changed(**parts: Any) -> Change:
    return lambda seen: replace(seen, **parts)


DEVIATIONS: dict[str, tuple[str, Change]] = {
    "sent-twice": (
        "nothing twice",
        lambda seen: replace(seen, ledger=[*seen.ledger, an_entry(1, sid="SM3")]),
    ),
    "written-twice": (
        "nothing twice",
        lambda seen: replace(seen, messages=[*seen.messages, a_message(1, id="m3")]),
    ),
    "one-sid-for-two": (
        "nothing twice", changed(outgoing=[an_outgoing(1), an_outgoing(2, sid="SM1")])
    ),
    "accepted-and-gone": ("nothing lost", changed(messages=[a_message(1), an_inbound()])),
    "never-reached-sms": ("nothing lost", changed(outgoing=[an_outgoing(1)])),
    "wrong-sid": (
        "nothing mixed up",
        changed(outgoing=[an_outgoing(1, sid="SM2"), an_outgoing(2, sid="SM1")]),
    ),
    "wrong-order": (
        "order holds", lambda seen: replace(seen, ledger=list(reversed(seen.ledger)))
    ),
    "state-unlike-the-carrier's": (
        "states agree",
        lambda seen: replace(
            seen, ledger=[an_entry(1), an_entry(2, status="undelivered"), seen.ledger[2]]
        ),
    ),
    "not-told-of-a-state": (
        "states agree", changed(outgoing=[an_outgoing(1), an_outgoing(2, version=4)])
    ),
    "unknown-for-ever": (
        "settled",
        changed(
            outgoing=[an_outgoing(1), an_outgoing(2, sid=None, reported="unknown")],
            messages=[a_message(1), a_message(2, state="unknown"), an_inbound()],
        ),
    ),
    "unexplained": (
        "nothing unexplained",
        lambda seen: replace(seen, outgoing=[an_outgoing(1), an_outgoing(2, sid=None)]),
    ),
    "backwards": (
        "never backwards",
        lambda seen: replace(
            seen,
            journal=facts_of(
                ("m1", "delivered"), ("m1", "sent"), ("m2", "sent"), ("m2", "delivered")
            ),
        ),
    ),
    "gap-in-the-journal": (
        "journal is whole", lambda seen: replace(seen, journal=list(seen.journal)[1:])
    ),
    "inbound-lost": ("inbound once", changed(inbound=[])),
    "inbound-twice": (
        "inbound once",
        lambda seen: replace(seen, messages=[*seen.messages, an_inbound(id="i2")]),
    ),
    "inbound-with-other-words": (
        "inbound once", changed(messages=[a_message(1), a_message(2), an_inbound(body="else")])
    ),
    "call-marked-twice": (
        "handled once", changed(markers=Counter({(PHONE, "call_received"): 2}))
    ),
    "call-lost": ("nothing lost", changed(calls=Counter(), markers=Counter())),
    "left-in-an-outbox": ("nothing left", changed(left_over={"outbox of sms": 1})),
    "scheduled-and-not-sent": (
        "nothing lost",
        changed(occurrences=[{"id": "o1", "schedule_id": "s1", "state": "scheduled",
                              "refusal_code": None, "body": "later"}]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_every_deviation_is_noticed(deviation: str) -> None:
    invariant, change = DEVIATIONS[deviation]

    noticed = {violation.invariant for violation in violations(a_record(), change(in_order()))}

    assert invariant in noticed


def test_who_texted_stop_and_is_not_out_is_noticed() -> None:
    record = a_record()
    record.opted_out = list(record.people)

    noticed = {violation.invariant for violation in violations(record, in_order())}

    assert noticed == {"opt-out respected"}


def test_no_violation_names_a_phone_or_a_text() -> None:
    shown = [
        str(violation)
        for _, change in DEVIATIONS.values()
        for violation in violations(a_record(), change(in_order()))
    ]

    assert not any(PHONE in line or "first" in line or "yes indeed" in line for line in shown)
