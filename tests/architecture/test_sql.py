"""What SQL in the sources must not say, because PostgreSQL would take it at its word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("libs", "services", "deploy", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if not {"node_modules", ".venv"} & set(path.parts) and path != Path(__file__)
)
_BIND = r"(?:(?<![:\w]):[a-z_]\w*|(?<!\w)\(\s*:[a-z_]\w*\s*\))"
UNTYPED_SUM = re.compile(rf"{_BIND}\s*[-+*/%]\s*{_BIND}", re.IGNORECASE)


def strings(tree: ast.AST) -> Iterator[str]:
    """All texts of a module; what an f-string fills in stands as a gap."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "…"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def untyped_sums(source: str) -> list[str]:
    return [found for said in strings(ast.parse(source)) for found in UNTYPED_SUM.findall(said)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_two_bind_parameters_are_not_added_without_a_cast(path: Path) -> None:
    """Each is sent in the smallest type that holds it, and the sum must fit into that.

    `:after + :count` stopped the journal at 32,767: write `CAST(:after AS bigint) + :count`.
    """
    assert untyped_sums(path.read_text()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET position = :after + :count",
        "select :a+:b",
        "SELECT (:a) - :b",
        "SELECT :a\n        * ( :b )",
        "SELECT x WHERE y < :now - :age",
    ],
)
@pytest.mark.parametrize("form", ["text({!r})", "f{!r}", "text(f'{{x}}' {!r})"])
def test_an_untyped_sum_is_noticed(sql: str, form: str) -> None:
    assert len(set(untyped_sums(form.format(sql)))) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET position = CAST(:after AS bigint) + :count",
        "SELECT :after + CAST(:count AS bigint)",
        "UPDATE t SET written = t.written + :written, skipped = t.skipped + :skipped",
        "SELECT coalesce(x, :a) + :b, :after + n, make_interval(secs => :left)",
        "SELECT '10:30'::time, hashtextextended('alike ' || :number_from || :number_to, 0)",
    ],
)
def test_what_has_a_type_is_left_alone(sql: str) -> None:
    assert untyped_sums(f"text({sql!r})") == []
