"""Random references that browsers and scripts hold, and what of them is kept."""

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "cc_"  # noqa: S105 - what an API token begins with, so that scanners find leaks
_BYTES = 32


def new_secret() -> str:
    """256 random bits as text for a cookie."""
    return secrets.token_urlsafe(_BYTES)


def new_api_token() -> str:
    """256 random bits as an API token."""
    return TOKEN_PREFIX + new_secret()


def digest(secret: str) -> bytes:
    """What is stored instead of a random reference; of 256 random bits a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def signature(key: str, purpose: str, value: bytes) -> str:
    """A keyed mark of a value for one purpose, as hex."""
    return hmac.new(key.encode(), purpose.encode() + b"\0" + value, hashlib.sha256).hexdigest()


def masked(mark: str) -> str:
    """The same mark, looking different each time, so that compressed pages give nothing away."""
    pad = secrets.token_bytes(_BYTES)
    return (pad + _xor(pad, bytes.fromhex(mark))).hex()


def is_masked(given: str, mark: str) -> bool:
    """Whether this is the mark behind some mask."""
    try:
        both = bytes.fromhex(given)
    except ValueError:
        return False
    if len(both) != 2 * _BYTES:
        return False
    return is_same(_xor(both[:_BYTES], both[_BYTES:]).hex(), mark)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def is_same(given: str, expected: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
