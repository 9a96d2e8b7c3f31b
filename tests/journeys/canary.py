"""Department B full of words that department A must never see."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.journeys.people import (
    Carrier,
    ClientInHand,
    Json,
    StaffMember,
    a_phone_number,
    eventually,
)

CANARY = "Qzxkanari"
WORD = "zebrafinch"
"""Stands beside the canary in texts, so that one can search for it without typing the canary."""
NUMBER_OF_NOBODY = "+13125550999"
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)

KINDS = (
    "notes", "inbound", "outbound", "scheduled", "mass", "status", "category", "outcome", "note",
    "away", "stranger", "quarantined",
)  # fmt: skip


def word(kind: str) -> str:
    """The canary of one kind of thing."""
    return f"{CANARY}-{kind}"


def sung(text: str) -> set[str]:
    """The kinds of canary in a text; `?` for one that stands there cut or changed."""
    lowered = text.lower()
    found = {kind for kind in KINDS if word(kind).lower() in lowered}
    return found or ({"?"} if CANARY.lower() in lowered else set())


@dataclass
class Nest:
    """B's people and things, and A's conversation with the client whom both have."""

    keeper: StaffMember
    supervisor: StaffMember
    receiver: StaffMember
    administrator: StaffMember
    mine: StaffMember
    carrier: Carrier
    department: Json
    theirs: ClientInHand = field(init=False)
    shared: ClientInHand = field(init=False)
    labels: dict[str, str] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def build(self) -> None:
        """Everything, once; returns when all of it can be seen in B."""
        self._offer_labels()
        self.theirs = self.keeper.add_client(notes=word("notes"))
        self.shared = self.keeper.add_client(notes=word("notes"))
        joined = self.mine.do(
            "/clients",
            {
                "last_name": "Both",
                "phone": self.shared.phone,
                "resolve": "same_person",
                "client_id": self.shared.id,
            },
        )
        common = self._things_of_the_department()
        for name, client in (("theirs", self.theirs), ("shared", self.shared)):
            self.ids[name] = common | self._fill(client)
        self.ids["joined"] = self.ids["shared"] | self._of_conversation(
            self.mine, str(joined["conversation_id"])
        )
        for name, conversation_id in self._other_conversations().items():
            self.ids[name] = self.ids["theirs"] | {"conversation_id": conversation_id}

        for name in ("theirs", "stranger"):
            eventually(partial(self._is_settled, self.ids[name]["conversation_id"]))
        eventually(
            lambda: self.keeper.conversation(self.theirs.conversation_id)["scheduled_count"] == 1
        )

    def _is_settled(self, conversation_id: str) -> bool:
        """Whether nothing is under way any more, so that what changes later was changed."""
        thread = self.supervisor.thread(conversation_id)
        files = [file for one in thread for file in one["attachments"]]
        is_fetched = all(file["size_bytes"] for file in files)
        return is_fetched and {one["state"] for one in thread} == {"received", "delivered"}

    def _offer_labels(self) -> None:
        """Beside the department's own ones, which stay."""
        path = f"/departments/{self.department['id']}"
        known = self.administrator.get(path)
        for which, kind in (
            ("statuses", "status"),
            ("categories", "category"),
            ("outcomes", "outcome"),
        ):
            items = [one for one in known[which] if one["label"] != word(kind)]
            wanted = {"items": [*items, {"label": word(kind), "follow_up_days": 30}]}
            answer = self.administrator.http.put(f"{path}/lists/{which}", json=wanted)
            assert answer.status_code == 200, answer.text
            offered = answer.json()[which]
            self.labels[kind] = next(one["id"] for one in offered if one["label"] == word(kind))

    def _things_of_the_department(self) -> dict[str, str]:
        begins = datetime.now(UTC) + timedelta(days=2)
        period = self.keeper.do(
            "/coverage",
            {
                "covered_by": self.supervisor.id,
                "since": begins.isoformat(),
                "until": (begins + timedelta(days=1)).isoformat(),
                "away_reply": word("away"),
            },
        )
        return {
            "coverage_id": period["id"],
            "department_id": self.department["id"],
            "staff_id": self.keeper.id,
            "session_id": self.keeper.id,
            "text_id": self._quarantined(),
            "secret": "nonsense",
            "which": "statuses",
        }

    def _quarantined(self) -> str:
        phone = a_phone_number()
        self.carrier.rent(NUMBER_OF_NOBODY)
        self.carrier.text(sender=phone, to=NUMBER_OF_NOBODY, body=f"{WORD} {word('quarantined')}")

        def kept() -> str | None:
            items = self.administrator.get("/quarantine", limit=100)["items"]
            return next((one["id"] for one in items if one["number_from"] == phone), None)

        text_id = eventually(kept)
        given = {"department_id": self.department["id"]}
        self.administrator.do(f"/quarantine/{text_id}/assign", given)
        return text_id

    def _fill(self, client: ClientInHand) -> dict[str, str]:
        here = client.conversation_id
        chosen = {"status_id": self.labels["status"], "category_id": self.labels["category"]}
        labelled = self.keeper.http.patch(f"/conversations/{here}", json=chosen)
        assert labelled.status_code == 200, labelled.text
        self.carrier.text(
            sender=client.phone,
            to=self.department["number"],
            body=f"{WORD} {word('inbound')}",
            media=[{"content_type": "image/png", "base64": _PIXEL}],
        )
        mass = {"conversation_ids": [here], "body": f"{WORD} {word('mass')}"}
        sent = self.keeper.do("/mass-messages", mass)
        ids = self._of_conversation(self.keeper, here)
        return ids | {"mass_message_id": sent["id"], **self._texts(client)}

    def _texts(self, client: ClientInHand) -> dict[str, str]:
        here = client.conversation_id
        outbound = self.keeper.send(here, f"{WORD} {word('outbound')}")
        later = self.keeper.schedule(here, f"{WORD} {word('scheduled')}", days=40)
        inbound = self.keeper.await_text(here, f"{WORD} {word('inbound')}")
        self.keeper.await_text(here, f"{WORD} {word('mass')}")
        number, *_ = self.keeper.get(f"/clients/{client.id}")["numbers"]
        return {
            "client_id": client.id,
            "number_id": number["id"],
            "message_id": outbound["id"],
            "scheduled_id": later["id"],
            "scheduled_message_id": later["id"],
            "attachment_id": inbound["attachments"][0]["id"],
        }

    @staticmethod
    def _of_conversation(staff: StaffMember, conversation_id: str) -> dict[str, str]:
        made = staff.do("/exports", {"conversation_id": conversation_id, "format": "text"})
        return {"conversation_id": conversation_id, "export_id": made["id"]}

    def _other_conversations(self) -> dict[str, str]:
        """A stranger's, one that was closed, one that was handed on."""
        stranger = a_phone_number()
        to = self.department["number"]
        self.carrier.text(sender=stranger, to=to, body=f"{WORD} {word('stranger')}")
        closed, handed = self.keeper.add_client(), self.keeper.add_client()
        outcome = {"outcome_id": self.labels["outcome"]}
        self.keeper.do(f"/conversations/{closed.conversation_id}/close", outcome)
        self.keeper.transfer(handed.conversation_id, self.receiver, note=word("note"))

        def waiting() -> str | None:
            query: dict[str, Any] = {"box": "unassigned", "q": stranger}
            items = self.supervisor.get("/conversations", **query)["items"]
            return items[0]["id"] if items else None

        return {
            "stranger": eventually(waiting),
            "closed": closed.conversation_id,
            "handed": handed.conversation_id,
        }
