import os
from pathlib import Path

import pytest

from clientcomm_local import installation
from clientcomm_local.installation import CannotInstallError, apt_install


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose apt-get writes down how it was called and what the policy was just then."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr(installation, "_POLICY", tmp_path / "policy-rc.d")
    installation._update.cache_clear()
    return tmp_path


def put_apt_get(machine: Path, *, fails: bool = False) -> None:
    script = machine / "bin" / "apt-get"
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >>{machine}/calls\n'
        f"cat {machine}/policy-rc.d >>{machine}/policies 2>&1\n"
        f"exit {int(fails)}\n"
    )
    script.chmod(0o755)


def test_packages_are_installed_without_starting_their_services(machine: Path) -> None:
    put_apt_get(machine)

    apt_install(["rabbitmq-server"], log=machine / "log")

    update, install = (machine / "calls").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install --yes --no-install-recommends rabbitmq-server")
    assert "exit 101" in (machine / "policies").read_text()
    assert not (machine / "policy-rc.d").exists()


def test_the_package_lists_are_refreshed_once(machine: Path) -> None:
    put_apt_get(machine)

    apt_install(["postgresql"], log=machine / "log")
    apt_install(["rabbitmq-server"], log=machine / "log")

    calls = (machine / "calls").read_text().splitlines()
    assert len([call for call in calls if call.endswith("update")]) == 1


def test_a_policy_of_the_machines_owner_stays(machine: Path) -> None:
    put_apt_get(machine)
    (machine / "policy-rc.d").write_text("#!/bin/sh\nexit 0\n")

    apt_install(["postgresql"], log=machine / "log")

    assert (machine / "policy-rc.d").read_text() == "#!/bin/sh\nexit 0\n"


def test_a_policy_that_an_interrupted_run_left_is_removed(machine: Path) -> None:
    put_apt_get(machine)
    (machine / "policy-rc.d").write_text(f"#!/bin/sh\n{installation._OURS}\nexit 101\n")

    apt_install(["postgresql"], log=machine / "log")

    assert not (machine / "policy-rc.d").exists()


def test_a_failure_says_what_to_run_by_hand_and_where_to_look(machine: Path) -> None:
    put_apt_get(machine, fails=True)

    with pytest.raises(CannotInstallError, match="apt-get install postgresql") as caught:
        apt_install(["postgresql"], log=machine / "log")

    assert str(machine / "log") in str(caught.value)
