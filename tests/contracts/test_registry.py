"""A contract is found by its name, whoever imported it."""

import subprocess
import sys

import pytest

from clientcomm_contracts.catalogue import contracts
from clientcomm_contracts.contract import Unparsable, contract_named


@pytest.mark.parametrize("name", sorted(contracts()))
def test_every_contract_is_found_by_its_name(name: str) -> None:
    assert contract_named(name).name == name


def test_a_process_that_imported_no_contract_finds_every_one() -> None:
    """Export keeps facts of services whose contracts it imports nowhere."""
    names = sorted(contracts())
    program = (
        "from clientcomm_contracts.contract import contract_named\n"
        f"for name in {names}: contract_named(name)"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert finished.returncode == 0, finished.stderr.decode()


def test_a_name_that_nobody_gave_is_refused() -> None:
    with pytest.raises(Unparsable):
        contract_named("nobody.nothing.happened.v1")
