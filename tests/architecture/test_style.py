"""House rules that no linter knows (docs of the style: CONTRIBUTING.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("libs", "services", "deploy")
    for path in (ROOT / folder).glob("*/src/**/*.py")
    if "versions" not in path.parts
)
VAGUE = {"utils", "util", "common", "helpers", "helper", "core", "base", "misc", "manager"}
CLOCKS = {"utcnow", "today"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [relative(path) for path in SOURCES if path.stem in VAGUE] == []


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if {"domain", "application"} & set(path.parts)],
    ids=relative,
)
def test_time_comes_from_the_clock(path: Path) -> None:
    used = [
        ast.unparse(call)
        for call in calls(ast.parse(path.read_text()))
        if isinstance(call.func, ast.Attribute)
        and (
            call.func.attr in CLOCKS
            or ast.unparse(call.func) in ("datetime.now", "time.time", "time.monotonic")
        )
    ]

    assert used == []


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if "application" in path.parts], ids=relative
)
def test_use_cases_make_no_calls_over_the_network(path: Path) -> None:
    tree = ast.parse(path.read_text())
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
    }
    roots = {module.split(".")[0] for module in modules}

    assert not roots & {"aio_pika", "twilio", "urllib3", "aiohttp", "requests", "httpx2", "smtplib"}


def test_no_file_is_so_long_that_it_must_hold_a_second_idea() -> None:
    assert [
        (relative(path), lines)
        for path in SOURCES
        if (lines := len(path.read_text().splitlines())) > 400
        and not path.name.startswith(("requests", "tables"))
    ] == []
