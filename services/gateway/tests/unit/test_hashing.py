"""Passwords are hashed slowly, and a flood of them holds up nobody else."""

import asyncio

from clientcomm_contracts.faults import Unavailable
from clientcomm_gateway.adapters.hashing import Argon2Hasher


async def test_a_hash_fits_its_password_and_no_other() -> None:
    hasher = Argon2Hasher(kibibytes=64)
    made = await hasher.hash("plumber walks north")

    assert made.startswith("$argon2id$")
    assert await hasher.verify(made, "plumber walks north")
    assert not await hasher.verify(made, "plumber walks south")
    assert not await hasher.verify(None, "the password of an account that does not exist")
    assert not await hasher.verify("nonsense", "x")
    assert not await hasher.verify(made, "\ud800")


async def test_hashes_are_as_strong_as_asvs_asks_and_weaker_ones_are_made_anew() -> None:
    hasher = Argon2Hasher()

    assert "m=19456,t=2,p=1" in await hasher.hash("plumber walks north")
    assert hasher.needs_rehash(await Argon2Hasher(kibibytes=64).hash("plumber walks north"))
    assert not hasher.needs_rehash(await hasher.hash("plumber walks north"))


async def test_a_flood_is_turned_away_rather_than_queued() -> None:
    hasher = Argon2Hasher(kibibytes=1024)

    answers = await asyncio.gather(
        *(hasher.verify(None, "x") for _ in range(200)), return_exceptions=True
    )

    turned_away = [one for one in answers if isinstance(one, Unavailable)]
    assert len(turned_away) == 200 - 64
    assert await hasher.verify(None, "x") is False
