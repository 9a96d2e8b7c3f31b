"""Writes every contract's schema and the AsyncAPI document to docs/generated (`make docs`)."""

import json
from pathlib import Path

from clientcomm_contracts.catalogue import asyncapi, contracts, schema_of

GENERATED = Path(__file__).parents[2] / "docs" / "generated"


def text_of(document: object) -> str:
    """A document as it is committed."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes all files; a contract that is gone loses its file by hand, knowingly."""
    folder = GENERATED / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    for name, contract in contracts().items():
        (folder / f"{name}.json").write_text(text_of(schema_of(contract)))
    (GENERATED / "asyncapi.json").write_text(text_of(asyncapi()))


if __name__ == "__main__":
    main()
