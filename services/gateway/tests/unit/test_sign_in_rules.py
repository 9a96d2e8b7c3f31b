"""Slowing, locking, sessions, origins, rates, forwarding headers: the rules by themselves."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from clientcomm_gateway.adapters.http.addresses import TrustedProxies
from clientcomm_gateway.adapters.web.pages.sign_in import safe_place
from clientcomm_gateway.domain.attempts import (
    ACQUAINTANCE,
    ADDRESS,
    STRANGER,
    Attempts,
    Patience,
)
from clientcomm_gateway.domain.origins import OwnOrigin
from clientcomm_gateway.domain.rates import Bucket
from clientcomm_gateway.domain.secrets import (
    digest,
    is_masked,
    masked,
    new_api_token,
    new_secret,
    signature,
)
from clientcomm_gateway.domain.sessions import Session, SessionLimits

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("patience", "failures", "seconds"),
    [
        (STRANGER, 2, 0),
        (STRANGER, 3, 1),
        (STRANGER, 4, 2),
        (STRANGER, 6, 8),
        (STRANGER, 9, 30),
        (STRANGER, 10, 900),
        (STRANGER, 1000, 900),
        (ACQUAINTANCE, 4, 0),
        (ACQUAINTANCE, 5, 1),
        (ACQUAINTANCE, 1000, 60),
        (ADDRESS, 19, 0),
        (ADDRESS, 1000, 60),
    ],
)
def test_each_wrong_attempt_makes_the_next_wait_longer(
    patience: Patience, failures: int, seconds: int
) -> None:
    until = patience.wait_until(Attempts(failures, NOW), NOW)

    assert until == (NOW + timedelta(seconds=seconds) if seconds else None)


def test_after_fifteen_quiet_minutes_all_is_forgotten() -> None:
    attempts = Attempts(10, NOW)

    assert STRANGER.wait_until(attempts, NOW + timedelta(minutes=14, seconds=59)) is not None
    assert STRANGER.wait_until(attempts, NOW + timedelta(minutes=15)) is None


def test_a_session_ends_when_idle_and_when_old() -> None:
    limits = SessionLimits()
    session = Session(uuid4(), uuid4(), b"", NOW, NOW + timedelta(hours=11), "", "")

    assert not session.is_over(NOW + timedelta(hours=11, minutes=29), limits)
    assert session.is_over(NOW + timedelta(hours=11, minutes=30), limits)
    assert session.is_over(NOW + timedelta(hours=12), limits)


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://127.8.8.8:8000", True),
        ("http://localhost:8001", False),
        ("https://localhost:8000", False),
        ("http://localhost.evil.example:8000", False),
        ("http://10.0.0.1:8000", False),
        ("null", False),
        ("", False),
        ("http://[bad", False),
        ("http://127.0.0.1:99999999", False),
    ],
)
def test_every_loopback_name_at_the_port_is_the_same_origin(origin: str, is_own: bool) -> None:
    assert OwnOrigin("http://127.0.0.1:8000").includes(origin) is is_own


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("https://text.county.example", True),
        ("https://text.county.example:443", True),
        ("http://text.county.example", False),
        ("https://localhost", False),
        ("https://text.county.example.evil.example", False),
    ],
)
def test_a_public_origin_is_exactly_itself(origin: str, is_own: bool) -> None:
    assert OwnOrigin("https://text.county.example").includes(origin) is is_own


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "unknown"),
        ("10.0.0.2", None, "10.0.0.2"),
        (None, "198.51.100.1", "unknown"),
    ],
)
def test_forwarding_headers_count_only_from_trusted_proxies(
    peer: str | None, forwarded: str | None, visitor: str
) -> None:
    assert TrustedProxies(["10.0.0.0/8"]).visitor_of(peer, forwarded) == visitor


def test_a_bucket_lets_its_burst_through_and_then_its_rate() -> None:
    bucket = Bucket.full(rate=2, burst=3, now=0.0)

    waits = [bucket.draw(0.0) for _ in range(4)]

    assert waits == [0, 0, 0, 0.5]
    assert bucket.draw(0.5) == 0
    assert bucket.draw(0.5) > 0


def test_secrets_are_long_random_and_kept_as_a_hash() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert new_api_token().startswith("cc_")
    assert len(new_api_token()) == 46
    assert digest("x") != b"x"
    assert signature("k", "a", b"v") != signature("k", "b", b"v")


def test_a_mark_looks_different_each_time_and_is_known_all_the_same() -> None:
    mark = signature("key", "csrf", b"session")
    first, second = masked(mark), masked(mark)

    assert first != second
    assert is_masked(first, mark)
    assert is_masked(second, mark)
    for forged in ("", "zz", mark, first[:-2], first + "00", "0" * 128, signature("k", "c", b"")):
        assert not is_masked(forged, mark)


@pytest.mark.parametrize(
    "place", ["/conversations/1?box=mine", "/settings#top", "/clients/new?phone=%2B1"]
)
def test_a_place_of_ours_is_gone_back_to(place: str) -> None:
    assert safe_place(place) == place
