import os
import stat
from pathlib import Path

import pytest

from clientcomm_local import account
from clientcomm_local.account import ServerAccount, reachable_home, remove_home

NOBODY = ServerAccount(65534, 65534)
OURSELVES = ServerAccount(None, None)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "elsewhere"
    monkeypatch.setattr(account, "ELSEWHERE", folder)
    return folder


def test_our_own_servers_keep_their_data_in_the_state_directory(
    tmp_path: Path, elsewhere: Path
) -> None:
    wanted = tmp_path / "state" / "postgres"

    assert reachable_home(wanted, OURSELVES) == wanted
    assert not elsewhere.exists()


@as_root
def test_a_server_that_may_not_enter_gets_a_folder_elsewhere(
    tmp_path: Path, elsewhere: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    home = reachable_home(closed / "postgres", NOBODY)

    assert home.parent == elsewhere
    assert (closed / "postgres").resolve() == home
    assert home.stat().st_uid == 65534
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert reachable_home(closed / "postgres", NOBODY) == home


@as_root
def test_two_state_directories_do_not_share_a_folder_elsewhere(
    tmp_path: Path, elsewhere: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir(mode=0o700)

    homes = {reachable_home(tmp_path / name / "postgres", NOBODY) for name in ("a", "b")}

    assert len(homes) == 2


@as_root
def test_removing_a_home_removes_where_it_really_lies(tmp_path: Path, elsewhere: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = reachable_home(closed / "postgres", NOBODY)

    remove_home(closed / "postgres")

    assert not home.exists()
    assert not elsewhere.exists()
    assert not (closed / "postgres").is_symlink()


def test_a_link_to_somewhere_else_is_removed_and_what_it_leads_to_is_kept(
    tmp_path: Path, elsewhere: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    link = tmp_path / "postgres"
    link.symlink_to(other)

    remove_home(link)

    assert other.exists()
    assert not link.is_symlink()
