"""Every sentence that is marked for translators is found by the settings that `make words` uses."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

ROOT = Path(__file__).parents[2]
_MARKED = re.compile(r"""\b(?:_|N_)\(\s*"([^"\\{]+)"\s*\)""")


def test_what_is_marked_is_gathered() -> None:
    with (ROOT / "deploy/local/words.ini").open() as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call] # has no types
    keywords = {"_": None, "N_": None, "ngettext": (1, 2), "gettext": None}

    gathered: dict[str, set[str]] = {}
    for found in extract_from_dir(ROOT, methods, options, keywords, directory_filter=_is_ours):
        sentences = found[2] if isinstance(found[2], tuple) else (found[2],)
        gathered.setdefault(found[0], set()).update(map(str, sentences))

    assert set().union(*gathered.values()) >= _marked()
    assert {name.split("/")[1] for name in gathered} >= {"conversations", "gateway", "scheduler"}


def _is_ours(folder: str) -> bool:
    return not re.search(r"/(\.|node_modules|build|tests|__pycache__)", folder)


def _marked() -> set[str]:
    sources = [
        path
        for service in ("libs", "services")
        for kind in ("src/**/*.py", "src/**/*.html")
        for project in (ROOT / service).iterdir()
        for path in project.glob(kind)
    ]
    return {sentence for path in sources for sentence in _MARKED.findall(path.read_text())}
