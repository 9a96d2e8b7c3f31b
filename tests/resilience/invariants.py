"""What must hold after every run, whatever died on the way (research §3.2, I1 to I9)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.resilience.evidence import Evidence, Row
from tests.resilience.record import Record

from clientcomm_contracts.values import MessageState

_NOT_THERE = {"failed", "blocked", "canceled", "missed"}
_FINAL_AT_CARRIER = {"delivered", "undelivered", "failed"}


@dataclass(frozen=True)
class Violation:
    """A broken promise; `heals` if more time may mend it. Never names a person or a text."""

    invariant: str
    what: str
    heals: bool = False

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


Check = Callable[[Record, Evidence], Iterator[Violation]]


def violations(record: Record, seen: Evidence) -> list[Violation]:
    """Everything that does not hold."""
    return [violation for check in CHECKS for violation in check(record, seen)]


def plain(body: str) -> str:
    """The one typographic character of the workload, as the carrier may have replaced it."""
    return body.replace("\u2019", "'")


def nothing_twice(_: Record, seen: Evidence) -> Iterator[Violation]:
    """I2: never more copies at the carrier than messages with that text to that phone."""
    wanted = Counter((m["number_to"], plain(m["body"])) for m in seen.outbound)
    taken = Counter((entry["to"], plain(entry["body"])) for entry in seen.sent)
    for key, count in taken.items():
        if count > wanted[key]:
            yield Violation("nothing twice", f"{count} at the carrier, {wanted[key]} written")


def each_request_once(record: Record, seen: Evidence) -> Iterator[Violation]:
    """I1: what was accepted is one message, and nothing was written that nobody asked for."""
    messages = {m["id"]: m for m in seen.outbound}
    for promise in record.promises:
        if promise.kind == "message" and promise.id not in messages:
            yield Violation("nothing lost", f"accepted message {promise.id} is not stored")
    asked = Counter((p.conversation_id, p.body) for p in record.promises)
    written = Counter(
        (m["conversation_id"], m["body"]) for m in seen.outbound if m["author"] != "automatic"
    )
    for key in asked.keys() | written.keys():
        if written[key] > asked[key] and not record.faults:
            yield Violation("nothing twice", f"{written[key]} written, {asked[key]} accepted")
        if written[key] < asked[key] and key not in _refused_later(record, seen):
            yield Violation("nothing lost", f"{written[key]} written, {asked[key]} accepted", True)


def _refused_later(record: Record, seen: Evidence) -> set[tuple[str, str]]:
    """Scheduled or bulk texts to whom opted out meanwhile: refused at the last gate."""
    out = {c["id"] for c in seen.conversations if c["is_opted_out"]}
    return {
        (p.conversation_id, p.body)
        for p in record.promises
        if p.kind != "message" and p.conversation_id in out
    }


def each_at_the_carrier(_: Record, seen: Evidence) -> Iterator[Violation]:
    """I1, I5: in the ledger once with the state that the carrier gives it, or honestly not."""
    entries = {entry["sid"]: entry for entry in seen.sent}
    queue = {text["id"]: text for text in seen.outgoing}
    claimed = Counter(text["sid"] for text in seen.outgoing if text["sid"])
    for sid, count in claimed.items():
        if count > 1:
            yield Violation("nothing twice", f"{count} messages claim {sid}")
    for sid in entries.keys() - claimed.keys():
        yield Violation("nothing unexplained", f"nobody knows of {sid}", True)
    for message in seen.outbound:
        yield from _one_message(message, queue.get(message["id"]), entries)


def _one_message(message: Row, queued: Row | None, entries: dict[str, Row]) -> Iterator[Violation]:
    state, who = message["state"], message["id"]
    if queued is None:
        if state not in _NOT_THERE:
            yield Violation("nothing lost", f"{who} is {state}, sms knows nothing", True)
        return
    if (state, message["version"]) != (queued["reported"], queued["version"]):
        yield Violation("states agree", f"{who}: {state}, sms reported {queued['reported']}", True)
    if queued["sid"] is None:
        if state == "unknown" and message["error_code"] == "no_match":
            return
        if state not in _NOT_THERE:
            yield Violation("settled", f"{who} is {state} and the carrier was not asked", True)
        return
    entry = entries.get(queued["sid"])
    if entry is None or plain(entry["body"]) != plain(message["body"]):
        yield Violation("nothing mixed up", f"{who} has the id of another text")
    elif entry["status"] in _FINAL_AT_CARRIER and state != entry["status"]:
        yield Violation("states agree", f"{who} is {state}, carrier: {entry['status']}", True)


def order_holds(record: Record, seen: Evidence) -> Iterator[Violation]:
    """I4: per conversation and lane the ledger has the order of writing.

    What the carrier took long after it was called had meanwhile been shown as unknown.
    """
    messages = {m["id"]: m for m in seen.outbound}
    by_sid = {text["sid"]: messages.get(text["id"]) for text in seen.outgoing if text["sid"]}
    late = _ever_unknown(seen) if record.may_be_late else set()
    lanes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in seen.sent:
        message = by_sid.get(entry["sid"])
        if message is not None and message["id"] not in late:
            lanes[message["conversation_id"], message["lane"]].append(message["position"])
    for (conversation, lane), positions in lanes.items():
        if positions != sorted(positions):
            yield Violation("order holds", f"{lane} of {conversation}: {positions}")


def _ever_unknown(seen: Evidence) -> set[str]:
    return {f["message_id"] for f in seen.journal if f["state"] == MessageState.UNKNOWN}


def inbound_once(record: Record, seen: Evidence) -> Iterator[Violation]:
    """I3: every text of a phone is stored once, here and there, with its words."""
    stored = {text["sid"]: text for text in seen.inbound}
    by_inbound = Counter(m["inbound_id"] for m in seen.messages if m["direction"] == "inbound")
    bodies = {m["inbound_id"]: m["body"] for m in seen.messages}
    for entry in seen.received:
        text = stored.get(entry["sid"])
        count = by_inbound[text["id"]] if text else 0
        if count != 1:
            yield Violation("inbound once", f"{entry['sid']} is stored {count} times", count == 0)
        elif text and bodies[text["id"]] != entry["body"]:
            yield Violation("inbound once", f"{entry['sid']} has other words")
    if sum(by_inbound.values()) > len(seen.received):
        yield Violation("inbound once", "more is stored than phones have sent")
    for conversation in seen.conversations:
        if conversation["unread_count"] != conversation["inbound_count"]:
            yield Violation(
                "counts agree",
                f"{conversation['id']}: {conversation['unread_count']} unread, "
                f"{conversation['inbound_count']} received",
            )
    yield from _automatic_replies(record, seen)


def _automatic_replies(record: Record, seen: Evidence) -> Iterator[Violation]:
    """A stranger is answered once (rule 2.7)."""
    answers = Counter(m["number_to"] for m in seen.outbound if m["author"] == "automatic")
    for phone in record.strangers:
        if answers[phone] != 1:
            what = f"a stranger was answered {answers[phone]} times"
            yield Violation("nothing twice", what, answers[phone] == 0)


def calls_once(record: Record, seen: Evidence) -> Iterator[Violation]:
    """A call is kept once and is one marker; an unanswered one may be kept too."""
    made, answered = Counter(p for p, _ in record.calls), Counter(p for p, ok in record.calls if ok)
    for phone, count in made.items():
        kept, marked = seen.calls[phone], seen.markers[phone, "call_received"]
        if kept > count or marked > kept:
            yield Violation("handled once", f"{count} calls, {kept} kept, {marked} markers")
        elif kept < answered[phone] or marked < kept:
            what = f"{answered[phone]} calls answered, {kept} kept, {marked} markers"
            yield Violation("nothing lost", what, heals=True)


def scheduled_once(record: Record, seen: Evidence) -> Iterator[Violation]:
    """I9: each scheduled text was handed over once and has left the list."""
    by_occurrence = Counter(m["occurrence_id"] for m in seen.outbound if m["occurrence_id"])
    for occurrence in seen.occurrences:
        count = by_occurrence[occurrence["id"]]
        if count > 1:
            yield Violation("nothing twice", f"occurrence {occurrence['id']}: {count} texts")
        if count == 0 and occurrence["refusal_code"] is None:
            yield Violation("nothing lost", f"occurrence {occurrence['id']} is not sent", True)
    for conversation in seen.conversations:
        if conversation["scheduled_count"]:
            yield Violation("counts agree", f"{conversation['id']} still has scheduled texts", True)


def opt_out_respected(record: Record, seen: Evidence) -> Iterator[Violation]:
    """I8: who texted STOP is opted out, once, and gets nothing any more."""
    out = {row["number"] for row in seen.opt_outs if row["is_opted_out"]}
    shown = {c["phone"] for c in seen.conversations if c["is_opted_out"]}
    for person in record.opted_out:
        if person.phone not in out or person.phone not in shown:
            yield Violation("opt-out respected", "a phone that texted STOP is not out", True)
        if seen.markers[person.phone, "opted_out"] > 1:
            yield Violation("handled once", "several markers for one opt-out")


def journal_is_whole(_: Record, seen: Evidence) -> Iterator[Violation]:
    """I12: gapless per conversation, up to its sequence; states only upwards, and the same."""
    facts: dict[str, list[Row]] = defaultdict(list)
    for fact in seen.journal:
        facts[fact["aggregate_id"]].append(fact)
    for conversation in seen.conversations:
        sequences = [fact["sequence"] for fact in facts[conversation["id"]]]
        if sequences != list(range(1, conversation["sequence"] + 1)):
            what = f"{conversation['id']}: {len(sequences)} of {conversation['sequence']} facts"
            yield Violation("journal is whole", what, True)
    yield from _states_of(seen)


def _states_of(seen: Evidence) -> Iterator[Violation]:
    reached: dict[str, MessageState] = {}
    for fact in seen.journal:
        message_id = fact["message_id"]
        if fact["name"] == "conversations.message.written.v1":
            reached.setdefault(message_id, MessageState.QUEUED)
        elif fact["name"] == "conversations.message.state_changed.v1":
            state = MessageState(fact["state"])
            if state.rank < reached.get(message_id, MessageState.QUEUED).rank:
                yield Violation("never backwards", f"{message_id}: {reached[message_id]}, {state}")
            reached[message_id] = state
    for message in seen.outbound:
        told = {reached.get(message["id"]), seen.threads.get(message["id"])}
        if told != {message["state"]} and message["id"] in reached:
            yield Violation("states agree", f"{message['id']}: the journal says otherwise", True)


def nothing_left(_: Record, seen: Evidence) -> Iterator[Violation]:
    """I7: queues, outboxes, parked tables are empty, nothing is under way."""
    for place, count in seen.left_over.items():
        yield Violation("nothing left", f"{count} in {place}", not place.startswith("parked"))
    under_way = sum(text["state"] in {"queued", "sending"} for text in seen.outgoing)
    if under_way:
        yield Violation("nothing left", f"{under_way} texts under way", True)


def well_answered(record: Record, _: Evidence) -> Iterator[Violation]:
    """Everybody was answered, in time and sensibly."""
    for fault in record.faults:
        yield Violation("well answered", fault)


CHECKS: Sequence[Check] = (
    nothing_twice,
    each_request_once,
    each_at_the_carrier,
    order_holds,
    inbound_once,
    calls_once,
    scheduled_once,
    opt_out_respected,
    journal_is_whole,
    nothing_left,
    well_answered,
)
