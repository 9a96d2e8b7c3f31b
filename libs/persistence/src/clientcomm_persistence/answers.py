"""Answers that were given to repeatable requests, by key (architecture §4)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson
from sqlalchemy import text

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import RepeatKey


class ReservedKey(NamedTuple):
    """Whose key it is, and the hash of what was asked with it."""

    actor: str
    key: str
    body_hash: str

    @classmethod
    def of(cls, staff_id: UUID, key: RepeatKey) -> Self:
        """Theirs; without the sign that a database cannot keep."""
        return cls(str(staff_id), *(part.replace("\x00", "") for part in (key.key, key.body_hash)))


class KeptAnswer(NamedTuple):
    """What the next one with this key is answered."""

    key: ReservedKey
    answer: Mapping[str, Any]


# The second of two equal requests waits here until the first has committed, then sees its answer.
# Sorted, so that two transactions cannot wait for each other.
RESERVE = text("""
    INSERT INTO idempotency AS known (actor, key, body_hash)
    SELECT * FROM unnest(
        CAST(:actors AS text[]), CAST(:keys AS text[]), CAST(:body_hashes AS text[])
    ) ORDER BY 1, 2
    ON CONFLICT (actor, key) DO UPDATE SET actor = known.actor
    RETURNING actor, key, body_hash, answer
""")

RELEASE = text("""
    DELETE FROM idempotency WHERE actor = :actor AND key = :key AND answer IS NULL
""")

REMEMBER = """
    UPDATE idempotency i SET answer = CAST(n.answer AS jsonb)
    FROM unnest(
        CAST(:answer_actors AS text[]), CAST(:answer_keys AS text[]), CAST(:answers AS text[])
    ) AS n(actor, key, answer)
    WHERE i.actor = n.actor AND i.key = n.key
"""


def reservations(keys: Sequence[ReservedKey]) -> dict[str, list[str]]:
    """The parameters of `RESERVE`."""
    return {
        "actors": [one.actor for one in keys],
        "keys": [one.key for one in keys],
        "body_hashes": [one.body_hash for one in keys],
    }


def given(row: Any, key: ReservedKey) -> dict[str, Any] | Refused | None:
    """What a row of `RESERVE` says of this key: its answer, its misuse, or nothing yet."""
    if row.body_hash != key.body_hash:
        return Refused(
            "idempotency_key_reused",
            "This key was used before for something else.",
            kind="reused_key",
        )
    answer: dict[str, Any] | None = row.answer
    return answer


def columns_of_answers(answers: Sequence[KeptAnswer]) -> dict[str, list[str]]:
    """The parameters of `REMEMBER`; none for none."""
    if not answers:
        return {}
    return {
        "answer_actors": [one.key.actor for one in answers],
        "answer_keys": [one.key.key for one in answers],
        "answers": [orjson.dumps(one.answer).decode() for one in answers],
    }
