from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from clientcomm_chassis import main, parked_commands


@dataclass(frozen=True)
class _Row:
    id: UUID
    queue: str = "sms.commands.v1"
    name: str = "sms.message.send.v1"
    exception_type: str = "ValueError"
    attempt: int = 8
    parked_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


class _Parked:
    def __init__(self) -> None:
        self.rows = [_Row(uuid4()), _Row(uuid4())]
        self.replayed: list[UUID] = []
        self.discarded: list[UUID] = []
        self.is_closed = False

    async def list(self) -> Sequence[_Row]:
        return self.rows

    async def replay(self, parked_id: UUID) -> bool:
        self.replayed.append(parked_id)
        return parked_id in {row.id for row in self.rows}

    async def discard(self, parked_id: UUID) -> bool:
        self.discarded.append(parked_id)
        return parked_id in {row.id for row in self.rows}

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def parked() -> _Parked:
    return _Parked()


def _run(parked: _Parked, *arguments: str) -> int:
    code = main({"parked": parked_commands(lambda: parked)}, ["parked", *arguments])
    assert parked.is_closed
    return code


def test_a_command_gets_the_remaining_arguments_and_gives_the_exit_code() -> None:
    seen: list[Sequence[str]] = []

    def migrate(arguments: Sequence[str]) -> int:
        seen.append(arguments)
        return 3

    assert main({"migrate": migrate}, ["migrate", "a", "b"]) == 3
    assert seen == [["a", "b"]]


def test_a_command_may_be_asynchronous() -> None:
    async def serve(_arguments: Sequence[str]) -> None:
        return None

    assert main({"serve": serve}, ["serve"]) == 0


@pytest.mark.parametrize("arguments", [[], ["unknown"]])
def test_an_unknown_command_says_which_there_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({"serve": lambda _a: 0, "migrate": lambda _a: 0}, arguments) == 2
    assert "migrate, serve" in capsys.readouterr().err


def test_parked_items_are_listed(parked: _Parked, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(parked, "list") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert str(parked.rows[0].id) in lines[0]


def test_one_item_is_replayed(parked: _Parked) -> None:
    assert _run(parked, "replay", str(parked.rows[1].id)) == 0
    assert parked.replayed == [parked.rows[1].id]


def test_all_items_are_discarded(parked: _Parked) -> None:
    assert _run(parked, "discard", "all") == 0
    assert parked.discarded == [row.id for row in parked.rows]


def test_an_item_that_is_not_there_is_a_failure(parked: _Parked) -> None:
    assert _run(parked, "replay", str(uuid4())) == 1


def test_what_is_no_id_is_said_and_touches_nothing(
    parked: _Parked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(parked, "discard", "everything") == 2
    assert "not an id: everything" in capsys.readouterr().err
    assert parked.discarded == []


def test_wrong_arguments_say_what_is_right(
    parked: _Parked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(parked, "burn") == 2
    assert "replay ID" in capsys.readouterr().err
