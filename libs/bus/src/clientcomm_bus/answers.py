"""Replies to requests as bytes: an answer, a refusal, or why there is none."""

from typing import Any

import orjson

from clientcomm_contracts.contract import Contract
from clientcomm_contracts.faults import Refused, Unavailable

_OK = b'{"ok":'
DEADLINE = "deadline"
"""Header of a request: the wall clock in milliseconds after which nobody waits any more."""


class RequestFailed(Exception):
    """The owner had a fault of its own; it has logged it."""


def encode_answer(answer: Contract) -> bytes:
    """A reply's body."""
    return _OK + answer.write() + b"}"


def encode_fault(fault: Exception) -> bytes:
    """What the asker may know of a fault: a refusal whole, of anything else only its kind."""
    if isinstance(fault, Refused):
        return orjson.dumps(
            {
                "refused": {
                    "code": fault.code,
                    "sentence": fault.sentence,
                    "kind": fault.kind,
                    "field": fault.field,
                    "details": dict(fault.details),
                }
            },
            default=str,
        )
    return b'{"unavailable":true}' if isinstance(fault, Unavailable) else b'{"failed":true}'


def answer_body(body: bytes) -> bytes:
    """The reply's body. Raises Refused, Unavailable, RequestFailed."""
    if body.startswith(_OK):
        return body[len(_OK) : -1]
    answer: dict[str, Any] = orjson.loads(body)
    if "refused" in answer:
        raise Refused(**answer["refused"])
    if "unavailable" in answer:
        raise Unavailable("owner: something it needs is away")
    raise RequestFailed("the owner failed")
