"""One fault of each kind: nothing is lost, nothing is sent twice, order holds, nothing is left.

One stack for the whole module; `make chaos` runs the whole matrix.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.resilience.faults import AtAnyMoment, Trouble
from tests.resilience.injection import AtPoint
from tests.resilience.matrix import EVERYTHING
from tests.resilience.running import run
from tests.resilience.variants import VARIANTS, noticed, run_broken
from tests.resilience.workload import Load
from tests.resilience.world import World, a_world

from clientcomm_testkit.log_privacy import people_of, traces

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 20
LOAD = Load(seconds=3.0, texts=30, inbound=12)

TROUBLES = [
    Trouble(
        "carrier misbehaves, killed around the call",
        {**EVERYTHING, "hang_after_accept": {"count": 1}},
        points=[
            AtPoint("sms-sender", "after_carrier_call", "kill", 4),
            AtPoint("sms-sender-1", "before_carrier_call", "kill", 2),
            AtPoint("sms-webhooks", "after_commit", "kill", 5),
        ],
    ),
    Trouble(
        "killed at relay and commit, others frozen",
        points=[
            AtPoint("conversations", "before_publish", "kill", 2),
            AtPoint("conversations-1", "after_commit", "stop", 3),
            AtPoint("sms", "after_confirm", "kill", 3),
            AtPoint("sms-sender", "after_commit", "kill", 2),
            AtPoint("scheduler", "after_confirm", "kill"),
            AtPoint("export", "after_commit", "kill", 2),
            AtPoint("export-1", "after_commit", "stop", 2),
        ],
        moments=[AtAnyMoment("gateway", "kill"), AtAnyMoment("sms-webhooks", "stop")],
        frozen_for=4.0,
    ),
    Trouble(
        "the servers die",
        moments=[AtAnyMoment("rabbitmq", "kill"), AtAnyMoment("postgres", "kill")],
    ),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("resilience"), seed=SEED) as world:
        yield world


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: str(trouble.name))
def test_every_promise_is_kept(world: World, trouble: Trouble) -> None:
    done = run(world, replace(trouble, load=LOAD))

    assert [str(violation) for violation in done.violations] == []
    assert [str(point) for point in done.missed] == []
    assert len(done.record.promises) >= LOAD.texts


def test_nobody_is_named_in_any_log(world: World) -> None:
    assert traces(world.stack.logs(), people_of(world.stack)) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_broken_variant_is_noticed(world: World, variant: str) -> None:
    """Last, because what these leave behind stays."""
    done = run_broken(world, variant)

    assert [str(point) for point in done.missed] == []
    assert done.has_struck
    assert noticed(variant, done), sorted(map(str, done.violations))
