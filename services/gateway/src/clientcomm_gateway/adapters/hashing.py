"""Passwords by argon2id in threads, a few at a time (ASVS 5.0: two passes over 19 MiB)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from clientcomm_contracts.faults import Unavailable

P = TypeVarTuple("P")
T = TypeVar("T")

_PASSES = 2
_KIBIBYTES = 19 * 1024
_AT_ONCE = 2
_MOST_WAITING = 64


class Argon2Hasher:
    """`application.ports.PasswordHasher` by argon2id; raises Unavailable when flooded."""

    def __init__(self, *, kibibytes: int = _KIBIBYTES) -> None:
        self._argon2 = PasswordHasher(
            time_cost=_PASSES, memory_cost=kibibytes, parallelism=1, type=Type.ID
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobodys = self._argon2.hash("the password of an account that does not exist")

    async def hash(self, password: str) -> str:
        """A salted hash with its parameters."""
        return await self._in_thread(self._argon2.hash, password.encode(errors="replace"))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for an account without a hash as for one with another password."""
        fits = await self._in_thread(self._fits, password_hash or self._nobodys, password)
        return fits and password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(password_hash)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password.encode(errors="replace"))
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[*P], T], *arguments: *P) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("passwords: too many are being checked")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1
