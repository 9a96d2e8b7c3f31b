"""Whatever people and phones do, in whatever order: no text lost, nobody assigned twice."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from services.conversations.tests.caseload_machine import CaseloadMachine

from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database

pytestmark = pytest.mark.integration

# Each kind must succeed at least once, so that what holds is no accident of idleness.
DEEDS = {
    "AddNumber",
    "AttachConversation",
    "CloseConversation",
    "GiveUpNumber",
    "MergeClients",
    "RefileMessage",
    "TransferConversation",
}
# Which deeds a seed leads to depends also on the modules that are loaded.
SEEDS = range(5)
BOUNDED = settings(
    max_examples=8,
    stateful_step_count=20,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_any_sequence_of_deeds_leaves_every_text_in_one_thread_and_history_unbroken(
    database_for: Callable[[str], DatabaseUrls],
) -> None:
    with asyncio.Runner() as runner:
        database = Database(
            database_for("conversations").runtime, application_name="tests", pool_size=4
        )
        done: dict[str, int] = {}

        on_this_database = {
            "runner": runner,
            "database": database,
            "done": done,
            "serial": count(20_000),
        }
        machine = type("OnThisDatabase", (CaseloadMachine,), on_this_database)
        for number in SEEDS:
            run_state_machine_as_test(seed(number)(machine), settings=BOUNDED)
            if set(done) >= DEEDS:
                break
        runner.run(database.close())

    assert set(done) >= DEEDS
