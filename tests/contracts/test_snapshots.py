"""A published contract does not change under its readers."""

import json

import pytest
from tests.contracts.generate import GENERATED, text_of

from clientcomm_contracts.catalogue import asyncapi, contracts, schema_of
from clientcomm_contracts.compatibility import breaks

CONTRACTS = contracts()


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_is_what_was_published(name: str) -> None:
    published = json.loads((GENERATED / "contracts" / f"{name}.json").read_text())

    now = json.loads(text_of(schema_of(CONTRACTS[name])))

    assert breaks(published, now) == [], "make a new version instead"
    assert published == now, "run `make docs` and commit what it writes"


def test_no_published_contract_is_gone() -> None:
    published = {path.stem for path in (GENERATED / "contracts").glob("*.json")}

    assert published == set(CONTRACTS)


def test_asyncapi_document_is_current() -> None:
    published = json.loads((GENERATED / "asyncapi.json").read_text())

    assert published == json.loads(text_of(asyncapi())), "run `make docs`"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"properties": {"a": {"type": "string"}}, "required": []}, []),
        ({"properties": {}, "required": []}, ["/a: is gone"]),
        ({"properties": {"a": {"type": "integer"}}}, ["/a: has another kind"]),
        (
            {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["b"]},
            ["/b: has become required"],
        ),
        ({"properties": {"a": {"type": "string"}, "b": {}}}, []),
    ],
)
def test_breaking_changes_are_told_from_harmless_ones(
    change: dict[str, object], expected: list[str]
) -> None:
    old = {"properties": {"a": {"type": "string", "title": "A"}}, "required": []}

    assert breaks(old, change) == expected
