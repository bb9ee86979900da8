"""JSON schemas as rows that a person can read: `items[].doctor.name`, its kind and its bounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

_DEPTH = 6
_BOUNDS = (
    (("minLength", "maxLength"), "{} a {} caracteres"),
    (("minLength",), "{} caracteres o más"),
    (("maxLength",), "hasta {} caracteres"),
    (("minimum", "maximum"), "{} a {}"),
    (("minimum",), "{} o más"),
    (("maximum",), "hasta {}"),
    (("pattern",), "{}"),
    (("default",), "por omisión {}"),
)
_KINDS = {
    "string": "texto",
    "integer": "entero",
    "number": "número",
    "boolean": "sí o no",
    "object": "objeto",
    "null": "nulo",
}
_FORMATS = {"uuid": "UUID", "date": "fecha", "date-time": "instante", "email": "correo"}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a body, under its whole name."""

    name: str
    kind: str
    required: bool
    note: str


def fields(schema: Schema, schemas: Schemas) -> list[Field]:
    """Every value of a body, the nested ones behind what holds them."""
    return list(_walk(schema, schemas, "", _DEPTH))


def _walk(schema: Schema, schemas: Schemas, prefix: str, depth: int) -> Iterator[Field]:
    schema = _resolved(schema, schemas)
    if depth == 0:
        return
    if schema.get("type") == "array":
        yield from _walk(schema.get("items", {}), schemas, f"{prefix}[]", depth)
        return
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        inner = _resolved(part, schemas)
        # An object that is always there is told by what it holds.
        if not (name in required and inner.get("properties") and "anyOf" not in part):
            yield Field(path, kind(part, schemas), name in required, note(inner))
        yield from _walk(part, schemas, path, depth - 1)


def kind(schema: Schema, schemas: Schemas) -> str:
    """The kind of a value in words."""
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " o ".join(dict.fromkeys(kind(choice, schemas) for choice in choices))
    schema = _resolved(schema, schemas)
    if "enum" in schema or "const" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"lista de {kind(schema.get('items', {}), schemas)}"
    named = _FORMATS.get(schema.get("format", ""))
    return named or _KINDS.get(schema.get("type", ""), "cualquiera")


def note(schema: Schema) -> str:
    """The bounds of a value in words."""
    told: list[str] = []
    said: set[str] = set()
    for bounds, words in _BOUNDS:
        values = [schema.get(bound) for bound in bounds]
        if said.isdisjoint(bounds) and None not in values and "" not in values:
            told.append(words.format(*values))
            said.update(bounds)
    return ", ".join(told)


def _resolved(schema: Schema, schemas: Schemas) -> Schema:
    """The schema itself, behind a reference or beside a mere null."""
    if "$ref" in schema:
        return schemas.get(schema["$ref"].rpartition("/")[2], {})
    choices = [
        choice
        for choice in schema.get("anyOf") or schema.get("oneOf") or ()
        if choice.get("type") != "null"
    ]
    return _resolved(choices[0], schemas) if len(choices) == 1 else schema
