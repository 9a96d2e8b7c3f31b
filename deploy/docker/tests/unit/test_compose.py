"""docker-compose.yml against the compose specification and the code; no engine is needed."""

import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from pydantic_settings import BaseSettings

from clientcomm_contracts import topology
from clientcomm_local.roles import ROLES, Role
from clientcomm_local.settings import StackSettings

ROOT = Path(__file__).parents[4]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}")
_ORCHESTRATION = {"CLIENTCOMM_HEALTH_HOST", "CLIENTCOMM_HEALTH_PORT", "CLIENTCOMM_LOG_LEVEL"}

Service = dict[str, Any]


def made_environment() -> dict[str, str]:
    script = ROOT / "deploy" / "docker" / "make_env.py"
    printed = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    pairs = (line.partition("=") for line in printed.stdout.splitlines())
    return {name: value for name, _, value in pairs}


def compose(environment: dict[str, str]) -> dict[str, Any]:
    """As an engine reads it: variables put in, anchors and merges resolved."""

    def value(found: re.Match[str]) -> str:
        return environment.get(found["name"]) or found["default"] or ""

    text = _VARIABLE.sub(value, COMPOSE.read_text())
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return compose(made_environment())


@pytest.fixture(scope="module")
def services(stack: dict[str, Any]) -> dict[str, Service]:
    found: dict[str, Service] = stack["services"]
    return found


def settings_classes(service: str) -> set[type[BaseSettings]]:
    """What a service reads its environment with."""
    package = importlib.import_module(f"clientcomm_{service}")
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if found.name.endswith((".settings", ".wiring"))
    ]
    return {
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BaseSettings)
    }


def settings_of(service: str) -> set[str]:
    """The variables that a service's settings classes read."""
    return {
        f"CLIENTCOMM_{field.upper()}"
        for known in settings_classes(service)
        for field in known.model_fields
    }


def test_the_file_keeps_to_the_compose_specification(stack: dict[str, Any]) -> None:
    parsed = PyCompose.from_json(json.dumps(stack))

    assert set(parsed.service_names()) == set(stack["services"])


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_role_has_a_container_of_its_own(role: Role, services: dict[str, Service]) -> None:
    assert services[role.name]["command"] == [role.module, role.command]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_container_is_told_only_what_its_process_reads(
    role: Role, services: dict[str, Service]
) -> None:
    told = set(services[role.name]["environment"])

    assert told - settings_of(role.service) - COMMON_BY_ANCHOR == set()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_process_can_read_what_its_container_is_told(
    role: Role, services: dict[str, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("CLIENTCOMM_")]:
        monkeypatch.delenv(name)
    for name, value in services[role.name]["environment"].items():
        monkeypatch.setenv(name, value or "")

    read = [known() for known in settings_classes(role.service) if known is not BaseSettings]

    assert read


# One anchor holds the addresses for all; not each service reads each of them.
COMMON_BY_ANCHOR = {
    "CLIENTCOMM_STATE_DIR",
    "CLIENTCOMM_OBJECT_STORE_URL",
    "CLIENTCOMM_PUBLIC_URL",
    "CLIENTCOMM_SMS_PUBLIC_URL",
    "CLIENTCOMM_SMTP_URL",
    "CLIENTCOMM_SECRET_KEY",
} | _ORCHESTRATION


def test_setup_is_told_only_what_it_reads(services: dict[str, Service]) -> None:
    known = {f"CLIENTCOMM_{field.upper()}" for field in StackSettings.model_fields}
    known |= {
        f"CLIENTCOMM_PASSWORD_{kind}_{service.upper()}"
        for kind in ("DATABASE", "BROKER")
        for service in topology.SERVICES
    }

    assert set(services["setup"]["environment"]) - known - _ORCHESTRATION == set()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_container_knows_the_passwords_of_its_own_service_alone(role: Role) -> None:
    environment = made_environment()
    secrets = {name: value for name, value in environment.items() if "PASSWORD" in name}
    told = json.dumps(compose(environment)["services"][role.name]["environment"])

    known = {name for name, value in secrets.items() if value in told}

    own = {f"{kind}_PASSWORD_{role.service.upper()}" for kind in ("DATABASE", "BROKER")}
    assert known == (own if role.service in topology.SERVICES else set())


def test_the_passwords_of_setup_are_those_of_the_services(services: dict[str, Service]) -> None:
    setup = services["setup"]["environment"]

    for role in ROLES:
        if role.service not in topology.SERVICES:
            continue
        told = services[role.name]["environment"]
        database = setup[f"CLIENTCOMM_PASSWORD_DATABASE_{role.service.upper()}"]
        broker = setup[f"CLIENTCOMM_PASSWORD_BROKER_{role.service.upper()}"]
        user = f"//clientcomm_{role.service}:{database}@postgres:5432/clientcomm_{role.service}"
        assert told["CLIENTCOMM_SERVICE_DATABASE_URL"].endswith(user)
        assert f"//clientcomm-{role.service}:{broker}@rabbitmq:5672/" in told["CLIENTCOMM_AMQP_URL"]


def test_nothing_is_reachable_from_other_machines(services: dict[str, Service]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_a_published_port_is_the_one_that_the_process_listens_on(
    services: dict[str, Service],
) -> None:
    for name, variable in (
        ("gateway", "CLIENTCOMM_GATEWAY_PORT"),
        ("sms-webhooks", "CLIENTCOMM_SMS_PORT"),
        ("simulator", "CLIENTCOMM_SIMULATOR_PORT"),
    ):
        inner = services[name]["ports"][0].rpartition(":")[2]
        assert services[name]["environment"][variable] == inner


def test_everything_waits_until_setup_has_finished(services: dict[str, Service]) -> None:
    for role in ROLES:
        if role.service in topology.SERVICES:
            condition = services[role.name]["depends_on"]["setup"]["condition"]
            assert condition == "service_completed_successfully"


def test_the_image_is_built_from_folders_that_exist() -> None:
    lines = DOCKERFILE.read_text().replace("\\\n", " ").splitlines()
    copied = [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    installed = [
        part
        for line in lines
        for part in line.split()
        if part.startswith(("./libs/", "./services/", "./deploy/"))
    ]

    assert copied
    assert all((ROOT / source).exists() for source in copied)
    packages = [part for part in installed if not part.endswith("/static")]
    names = {(ROOT / package).name for package in packages}
    assert names == {*topology.SERVICES, "contracts", "bus", "persistence", "chassis"} | {
        "simulator",
        "local",
    }


BUILT_IN_THE_IMAGE = "services/gateway/src/clientcomm_gateway/adapters/web/static"
_IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]


def is_left_out(path: str) -> bool:
    """Whether .dockerignore keeps a file, or a folder that it lies in, from the engine."""
    patterns = [re.escape(line).replace(r"\*\*/", "(.*/)?") for line in _IGNORED]
    parts = path.split("/")
    places = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(re.fullmatch(pattern, place) for pattern in patterns for place in places)


def test_the_engine_gets_every_file_of_the_packages() -> None:
    packages = [*ROOT.glob("libs/*/src"), *ROOT.glob("services/*/src"), *ROOT.glob("deploy/*/src")]
    files = [
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]

    needed = [path for path in files if not path.startswith(BUILT_IN_THE_IMAGE)]

    assert len(needed) > 500
    assert [path for path in needed if is_left_out(path)] == []
    assert is_left_out(f"{BUILT_IN_THE_IMAGE}/clientcomm.css")
    assert is_left_out("services/sms/tests/unit/test_spool.py")


def test_the_image_locks_the_same_versions_as_the_workspace() -> None:
    def versions(lock: Path) -> dict[str, str]:
        found = re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), flags=re.MULTILINE)
        return dict(found)

    everything = versions(ROOT / "requirements.lock")
    image = versions(ROOT / "deploy" / "docker" / "requirements.lock")

    assert image.items() <= everything.items()
    assert "pytest" not in image
