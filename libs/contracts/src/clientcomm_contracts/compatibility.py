"""Which changes of a JSON schema would break a consumer of the same version (architecture §3)."""

from typing import Any


def breaks(old: dict[str, Any], new: dict[str, Any], *, place: str = "") -> list[str]:
    """What a reader or a writer of the old schema could no longer do; empty if nothing.

    Allowed in place: new optional fields, new definitions, other words in descriptions.
    """
    found: list[str] = []
    for part in ("request", "reply"):
        if part in old and isinstance(old[part], dict) and "properties" not in old:
            found += breaks(old[part], new.get(part, {}), place=f"{place}/{part}")
    found += _object_breaks(old, new, place)
    old_definitions, new_definitions = old.get("$defs", {}), new.get("$defs", {})
    for name, definition in old_definitions.items():
        if name not in new_definitions:
            found.append(f"{place}/{name}: is gone")
        else:
            found += breaks(definition, new_definitions[name], place=f"{place}/{name}")
    return found


def _object_breaks(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    found = [
        f"{place}/{field}: is gone"
        for field in old.get("properties", {})
        if field not in new.get("properties", {})
    ]
    found += [
        f"{place}/{field}: has become required"
        for field in new.get("required", [])
        if field not in old.get("required", []) and "properties" in old
    ]
    found += [
        f"{place}/{field}: has another kind"
        for field, kind in old.get("properties", {}).items()
        if field in new.get("properties", {}) and _shape(kind) != _shape(new["properties"][field])
    ]
    if "enum" in old and not set(old["enum"]) <= set(new.get("enum", [])):
        found.append(f"{place}: a value of the list is gone")
    return found


def _shape(kind: Any) -> Any:
    """A schema without the words that people read."""
    if isinstance(kind, dict):
        return {
            key: _shape(value)
            for key, value in kind.items()
            if key not in ("description", "title", "default")
        }
    if isinstance(kind, list):
        return [_shape(value) for value in kind]
    return kind
