from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from deploy.local.tests.integration.stand_ins import write_stand_ins

from clientcomm_local.broker import PrivateBroker
from clientcomm_local.console import ConsoleError
from clientcomm_local.management import Management
from clientcomm_local.ports import free_port
from clientcomm_local.postgres import PrivatePostgres
from clientcomm_testkit.run_folder import RunFolder
from clientcomm_testkit.servers import private_broker
from clientcomm_testkit.stacks import RunningStack, start_stack

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(180)]


@dataclass(frozen=True)
class Foreign:
    """A broker that somebody else runs, with the management plug-in."""

    broker: PrivateBroker
    management_url: str

    def management(self) -> Management:
        parts = urlsplit(self.broker.url)
        return Management(
            self.management_url, user=parts.username or "", password=parts.password or ""
        )


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    port = free_port()
    broker = private_broker(RunFolder.current().path / "foreign-broker", management_port=port)
    broker.start()
    yield Foreign(broker, f"http://127.0.0.1:{port}")
    broker.kill()


@pytest.fixture(scope="module")
def stack(
    foreign: Foreign, private_postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("stack")
    stack = start_stack(
        folder / "state",
        environment={
            "PYTHONPATH": str(write_stand_ins(folder / "stand-ins")),
            "CLIENTCOMM_DATABASE_URL": private_postgres.url,
            "CLIENTCOMM_AMQP_URL": foreign.broker.url,
            "CLIENTCOMM_AMQP_MANAGEMENT_URL": foreign.management_url,
        },
    )
    yield stack
    stack.remove()


def test_a_stack_on_servers_of_others_starts_none_of_its_own(stack: RunningStack) -> None:
    assert not {"postgres", "rabbitmq"} & set(stack.processes())
    assert not (stack.state_dir / "postgres").exists()
    assert not (stack.state_dir / "rabbitmq").exists()


def test_every_service_still_gets_its_own_user(stack: RunningStack) -> None:
    told = (stack.state_dir / "told" / "sms-sender-1.sender").read_text()

    assert "amqp://clientcomm-sms:" in told
    assert "postgresql://clientcomm_sms:" in told
    assert "clientcomm_admin" not in told
    assert "clientcomm-admin" not in told


def test_the_topology_is_declared_there(stack: RunningStack, foreign: Foreign) -> None:
    assert "sms.commands.v1" in foreign.management().queue_depths("clientcomm")


def test_a_virtual_host_can_be_removed_again(foreign: Foreign) -> None:
    management = foreign.management()
    management.load('{"vhosts": [{"name": "passing"}]}')

    management.delete_virtual_host("passing")

    with pytest.raises(ConsoleError):
        management.queue_depths("passing")


def test_wrong_credentials_are_as_good_as_no_plug_in(foreign: Foreign) -> None:
    stranger = Management(foreign.management_url, user="nobody", password="nothing")

    assert not stranger.is_there()
    assert foreign.management().is_there()


def test_nothing_answers_where_there_is_no_plug_in() -> None:
    assert not Management("http://127.0.0.1:1", user="a", password="b").is_there()
