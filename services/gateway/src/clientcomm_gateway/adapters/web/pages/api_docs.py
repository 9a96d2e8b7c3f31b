"""The API's description as a page that people can read, made from OpenAPI by ourselves."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from clientcomm_gateway.adapters.web.routing import Endpoint
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.views import (
    ApiDocsPage,
    ApiField,
    ApiGroup,
    ApiOperation,
)
from clientcomm_gateway.adapters.web.visits import stranger_shell

Node = Mapping[str, Any]

_SAMPLES = {"uuid": "018f6b1e-7c1a-7f00-8000-000000000000", "date-time": "2026-03-02T15:00:00Z"}
_DEEPEST = 4


def docs_endpoint(site: Site, description: Node) -> Endpoint:
    """GET of `/api/docs`; the page is the same for everybody."""
    view = docs_page(description)

    async def show(request: Request) -> Response:
        return site.renderer.page("api_docs.html", stranger_shell(request, site), view)

    return show


def docs_page(description: Node) -> ApiDocsPage:
    """The view of an OpenAPI description."""
    groups: dict[str, list[ApiOperation]] = {}
    for path, item in description["paths"].items():
        for method, operation in item.items():
            name = operation.get("tags", ["Other"])[0]
            made = _operation(f"/api/v1{path}", method.upper(), operation, description)
            groups.setdefault(name, []).append(made)
    return ApiDocsPage(
        title=description["info"]["title"],
        version=description["info"]["version"],
        description=description["info"]["description"],
        openapi_href="/api/v1/openapi.json",
        groups=tuple(ApiGroup(name, tuple(made)) for name, made in groups.items()),
    )


def _operation(path: str, method: str, operation: Node, root: Node) -> ApiOperation:
    body = _body_of(operation, root)
    parameters = [_parameter(one, root) for one in operation.get("parameters", ())]
    return ApiOperation(
        anchor=operation["operationId"],
        method=method,
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        fields=(*parameters, *_fields(body, root)),
        answers=tuple(_answers(operation)),
        example=_example(method, path, operation, body, root),
    )


def _parameter(parameter: Node, root: Node) -> ApiField:
    schema = _resolved(parameter.get("schema", {}), root)
    return ApiField(
        name=parameter["name"],
        place=parameter["in"],
        kind=_kind(schema, root),
        is_required=parameter.get("required", False),
        meaning=parameter.get("description", "") or schema.get("description", ""),
    )


def _body_of(operation: Node, root: Node) -> Node:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return _resolved(_without_null(schema), root)


def _fields(body: Node, root: Node) -> Iterable[ApiField]:
    required = body.get("required", ())
    for name, given in body.get("properties", {}).items():
        schema = _resolved(given, root)
        meaning = given.get("description", "") or schema.get("description", "")
        yield ApiField(name, "body", _kind(schema, root), name in required, meaning)


def _answers(operation: Node) -> Iterable[tuple[str, str]]:
    for status, answer in operation.get("responses", {}).items():
        yield status, answer.get("description", "")


def _kind(schema: Node, root: Node) -> str:
    bare = _resolved(_without_null(schema), root)
    if "enum" in bare:
        return " | ".join(map(str, bare["enum"]))
    if bare.get("type") == "array":
        return f"{_kind(_resolved(bare.get('items', {}), root), root)}[]"
    return str(bare.get("format") or bare.get("type") or "object")


def _without_null(schema: Node) -> Node:
    """The other choice of an optional field."""
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return choices[0] if choices else schema


def _resolved(schema: Node, root: Node) -> Node:
    reference = schema.get("$ref")
    if not reference:
        return schema
    name = reference.rsplit("/", 1)[-1]
    found: Node = root["components"]["schemas"][name]
    return found


def _example(method: str, path: str, operation: Node, body: Node, root: Node) -> str:
    """A call that one can try."""
    lines = [f"curl -X {method} $GATEWAY{path}", "  -H 'Authorization: Bearer cc_…'"]
    names = {one["name"] for one in operation.get("parameters", ()) if one.get("required")}
    if "idempotency-key" in {name.lower() for name in names}:
        lines.append("  -H 'Idempotency-Key: a-fresh-key'")
    if body:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d '{_sample_text(body, root)}'")
    return " \\\n".join(lines)


def _sample_text(body: Node, root: Node) -> str:
    return orjson.dumps(_sample(body, root)).decode()


def _sample(schema: Node, root: Node, depth: int = 0) -> Any:
    bare = _resolved(_without_null(schema), root)
    if depth > _DEEPEST:
        return None
    match bare.get("type"):
        case "object":
            wanted = bare.get("required") or bare.get("properties", {})
            properties = bare.get("properties", {})
            return {name: _sample(properties[name], root, depth + 1) for name in wanted}
        case "array":
            return [_sample(bare.get("items", {}), root, depth + 1)]
        case "integer" | "number":
            return 1
        case "boolean":
            return False
    return _SAMPLES.get(bare.get("format", "")) or bare.get("enum", ["text"])[0]
