"""One OpenAPI document out of the services' own, restricted to what the table lets through."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.table import ROWS

Document = dict[str, Any]
_SCHEMAS = "#/components/schemas/"


def merged(parts: Mapping[str, Document], *, title: str, version: str, url: str) -> Document:
    """The document of the public address; `parts` are the services' documents by service name.

    Two services' schemas of one name and different content are told apart by the service's name.
    """
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    operation_ids: set[str] = set()
    for service, part in parts.items():
        part_schemas = part["components"]["schemas"]
        part_paths = _public(part["paths"], service)
        names = {
            name: f"{service.title().replace('-', '')}{name}"
            for name, schema in part_schemas.items()
            if name in schemas and schemas[name] != schema
        }
        part_paths, part_schemas = _renamed(part_paths, names), _renamed(part_schemas, names)
        schemas |= {names.get(name, name): schema for name, schema in part_schemas.items()}
        for path, methods in part_paths.items():
            for operation in methods.values():
                _distinct(operation, service, operation_ids)
            paths.setdefault(path, {}).update(methods)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": url}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": _used(paths, schemas),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _public(paths: Mapping[str, Any], service: str) -> dict[str, Any]:
    listed = {
        (row.path, method.lower())
        for row in ROWS
        if row.service == service
        for method in row.methods
    }
    found: dict[str, Any] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            if (path, method) in listed:
                found.setdefault(path, {})[method] = dict(operation)
    return found


def _distinct(operation: dict[str, Any], service: str, taken: set[str]) -> None:
    if operation["operationId"] in taken:
        operation["operationId"] = f"{service.replace('-', '_')}_{operation['operationId']}"
    taken.add(operation["operationId"])


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every reference to a renamed schema turned to its new name."""
    if not names:
        return value
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _SCHEMAS + names.get(one.removeprefix(_SCHEMAS), one.removeprefix(_SCHEMAS))
        if key == "$ref" and isinstance(one, str)
        else _renamed(one, names)
        for key, one in value.items()
    }


def _used(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that the paths need, and those that these need."""
    needed: set[str] = set()
    new = references(paths)
    while new:
        needed |= new
        new = set().union(*(references(schemas[name]) for name in new)) - needed
    return {name: schema for name, schema in sorted(schemas.items()) if name in needed}


def references(value: Any) -> set[str]:
    """The names of the schemas to which a part of a document refers."""
    if isinstance(value, list):
        return set().union(*(references(one) for one in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = value.get("$ref")
    inner = (references(one) for one in value.values())
    found: set[str] = set().union(*inner) if value else set()
    if isinstance(own, str) and re.fullmatch(r"#/components/schemas/\w+", own):
        found.add(own.removeprefix(_SCHEMAS))
    return found
