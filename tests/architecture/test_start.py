"""What a service does not load to serve."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("service", ["gateway", "conversations", "sms", "scheduler", "export"])
def test_only_the_command_that_migrates_loads_alembic(service: str) -> None:
    """It would take 7 MB of every process for as long as that runs."""
    program = f"import sys, clientcomm_{service}.__main__; print('alembic' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == "False"
