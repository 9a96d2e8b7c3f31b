import pytest

from clientcomm_bus import pace
from clientcomm_bus.pace import Pace


class _Watch:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> _Watch:
    watch = _Watch()
    monkeypatch.setattr(pace, "time", watch)
    return watch


def _at_rate(watch: _Watch, per_second: int) -> Pace:
    measured = Pace(0.02)
    for _ in range(per_second * 3):
        watch.now += 1 / per_second
        measured.note(1)
    return measured


@pytest.mark.parametrize("per_second", [1, 20, 100])
def test_few_items_are_not_held_up(watch: _Watch, per_second: int) -> None:
    assert _at_rate(watch, per_second).wait() == 0


def test_many_items_wait_for_company(watch: _Watch) -> None:
    assert _at_rate(watch, 1_000).wait() == 0.02


def test_what_nobody_waits_for_always_waits_for_company() -> None:
    assert Pace(0.05, is_awaited=False).wait() == 0.05


def test_the_wait_ends_soon_after_the_rush(watch: _Watch) -> None:
    measured = _at_rate(watch, 1_000)

    watch.now += 2

    assert measured.wait() == 0
