"""The hash by which an owner tells a repeated call from another one under the same key."""

import hashlib

import orjson
from pydantic import BaseModel

from clientcomm_contracts.people import RepeatKey


def repeat_key_of(key: str, path: str, body: BaseModel | None) -> RepeatKey:
    """The hash covers where the call went and what it says, whatever the order of its fields."""
    said = body.model_dump(mode="json") if body is not None else None
    canonical = orjson.dumps([path, said], option=orjson.OPT_SORT_KEYS)
    return RepeatKey(key=key, body_hash=hashlib.sha256(canonical).hexdigest())
