"""OpenAPI 3.1 read off the operations and their models; nothing is written beside them."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from shared.auth import ANYONE
from shared.contracts.problems import PROBLEMS
from shared.operations import Operation, Routes

VERSION = "3.1.0"
_REF = "#/components/schemas/{model}"
Schemas = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


class Fault(BaseModel):
    """One wrong field of a request."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details; `type` is `/problems/<slug>`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    trace_id: str | None
    errors: list[Fault] = Field(default_factory=list)
    """Left out where no single field is wrong."""


class _Answers(GenerateJsonSchema):
    """What we answer has all its fields, those with a default too: clients may count on them."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: FBT001  # pydantic's own
        return self.mode == "serialization" or super().field_is_required(field, total)


def document(routes: list[Routes], *, title: str, version: str) -> dict[str, Any]:
    """The document of these operations; internal ones are left out."""
    operations = [one for group in routes for one in group if not one.internal]
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "validation"): None}
    for one in operations:
        if one.body is not None:
            models[one.body, "validation"] = None
        if one.answer is not None:
            models[one.answer, "serialization"] = None
    schemas, definitions = models_json_schema(
        list(models), ref_template=_REF, schema_generator=_Answers
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operation(one: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.handler.__name__,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": _parameters(one),
        "responses": _responses(one, schemas),
    }
    if one.roles is not None:
        described["security"] = [{"bearer": []}]
        if one.roles != ANYONE:
            described["x-roles"] = sorted(one.roles)
    if one.body is not None:
        schema = schemas[one.body, "validation"]
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _parameters(one: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if kind is UUID else {})},
        }
        for name, kind in one.path_types.items()
    ]
    if one.query is not None:
        schema = one.query.model_json_schema(ref_template=_REF)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": part}
            for name, part in schema["properties"].items()
        ]
    if one.idempotent:
        key = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    return found


def _responses(one: Operation, schemas: Schemas) -> dict[str, Any]:
    success: dict[str, Any] = {"description": one.summary}
    if one.answer is not None:
        schema = schemas[one.answer, "serialization"]
        success["content"] = {one.media_type: {"schema": schema}}
    elif one.status != 204:  # noqa: PLR2004  # nothing is answered
        success["content"] = {one.media_type: {"schema": {"type": "string"}}}
    responses = {str(one.status): success}
    for status, slugs in sorted(_refusals(one).items()):
        titles = "; ".join(f"{PROBLEMS[slug].title} (`{slug}`)" for slug in slugs)
        responses[str(status)] = {
            "description": titles,
            "x-problems": slugs,
            "content": {"application/problem+json": {"schema": schemas[Problem, "validation"]}},
        }
    return responses


def _refusals(one: Operation) -> dict[int, list[str]]:
    slugs = ["malformed-request", "not-acceptable", "too-many-requests", "unavailable"]
    if one.roles is not None:
        slugs += ["session-required"] + (["forbidden"] if one.roles != ANYONE else [])
    if one.path_types:
        slugs.append("not-found")
    if one.body is not None:
        slugs += ["invalid-request", "body-too-large", "unsupported-media-type", "request-timeout"]
    if one.idempotent:
        slugs += ["idempotency-key-missing", "idempotency-key-reused", "still-running"]
    found: dict[int, list[str]] = {}
    for slug in dict.fromkeys([*slugs, *one.problems]):
        found.setdefault(PROBLEMS[slug].status, []).append(slug)
    return found
