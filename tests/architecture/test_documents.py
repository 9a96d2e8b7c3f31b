"""What every newcomer opens first is there, and decisions are recorded in one form."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", ".ci/run"]
)
def test_document_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.parametrize("service", ["gateway", "conversations", "sms", "scheduler", "export"])
def test_every_service_has_a_page_of_its_own(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text()

    assert text.startswith("# ")
    assert len(text.splitlines()) < 120


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_has_context_decision_consequences_and_alternatives(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text(), flags=re.MULTILINE)

    assert headings == ["Context", "Decision", "Consequences", "Alternatives"]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name.split("-")[0]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))
