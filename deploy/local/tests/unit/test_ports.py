import subprocess
import sys

import pytest

from clientcomm_local.ports import free_port, is_free

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux keeps ports")


def is_kept_by_another_process(port: int) -> bool:
    script = f"from clientcomm_local.ports import is_kept; print(is_kept({port}))"
    asked = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return asked.stdout == "True\n"


def test_no_port_is_given_twice_while_nobody_listens_yet() -> None:
    ports = [free_port() for _ in range(50)]

    assert len(set(ports)) == len(ports)


def test_a_port_that_one_process_was_given_is_given_to_no_other() -> None:
    assert not is_kept_by_another_process(free_port())


def test_a_port_is_given_again_when_the_process_has_ended_that_had_it() -> None:
    port = 19_000  # below those that others are given
    while not is_free(port):
        port += 1

    assert is_kept_by_another_process(port)
    assert is_kept_by_another_process(port)
