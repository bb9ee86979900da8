"""The documentation of the API, rendered from the merged OpenAPI document."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from gateway.description import DESCRIPTION
from gateway.pages.rendering import page
from gateway.pages.schemas import Field, Schemas, fields, kind, note
from gateway.parts import POOLS
from shared.contracts.problems import PROBLEMS, ProblemType

_JSON = "application/json"
_FIRST_REFUSAL = 400


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A success; `media_type` is empty when there is no content."""

    status: str
    media_type: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    session: bool
    roles: list[str]
    parameters: list[Parameter]
    body: list[Field] | None
    answers: list[Answer]
    problems: list[ProblemType]


async def docs(request: web.Request) -> web.Response:
    """GET /docs."""
    document = await request.app[DESCRIPTION].document(request.app[POOLS])
    return page(request, "docs.html", groups=groups(document), version=document["info"]["version"])


def groups(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """The operations by tag, in the order of their paths."""
    schemas = document["components"]["schemas"]
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            tag = described.get("tags", ["otros"])[0]
            found.setdefault(tag, []).append(_operation(path, method, described, schemas))
    return dict(sorted(found.items()))


def _operation(path: str, method: str, described: dict[str, Any], schemas: Schemas) -> Operation:
    responses = described["responses"].items()
    slugs = [slug for _, answer in responses for slug in answer.get("x-problems", ())]
    body = described.get("requestBody")
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        session="security" in described,
        roles=described.get("x-roles", []),
        parameters=[_parameter(one, schemas) for one in described.get("parameters", [])],
        body=fields(body["content"][_JSON]["schema"], schemas) if body else None,
        answers=[
            _answer(status, answer, schemas)
            for status, answer in responses
            if int(status) < _FIRST_REFUSAL
        ],
        problems=[PROBLEMS[slug] for slug in slugs if slug in PROBLEMS],
    )


def _parameter(one: dict[str, Any], schemas: Schemas) -> Parameter:
    schema = one["schema"]
    return Parameter(
        one["name"], one["in"], kind(schema, schemas), one.get("required", False), note(schema)
    )


def _answer(status: str, answer: dict[str, Any], schemas: Schemas) -> Answer:
    for media_type, content in answer.get("content", {}).items():
        shown = fields(content["schema"], schemas) if media_type == _JSON else []
        return Answer(status, media_type, shown)
    return Answer(status, "", [])
