"""JSON schemas in the words of the documentation page."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.pages.schemas import fields


class Leaf(BaseModel):
    code: Annotated[str, Field(min_length=1, max_length=10)]


class Tree(BaseModel):
    id: UUID
    leaf: Leaf
    perhaps: Leaf | None
    leaves: list[Leaf]
    on: date
    at: datetime | None = None
    state: Literal["a", "b"]
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    least: Annotated[int, Field(ge=1)]
    below: "Tree | None" = None


def _rows() -> dict[str, tuple[str, bool, str]]:
    schema = Tree.model_json_schema(ref_template="#/components/schemas/{model}")
    found = fields(schema, schema["$defs"])
    return {one.name: (one.kind, one.required, one.note) for one in found}


def test_every_value_is_told_under_its_whole_name() -> None:
    rows = _rows()
    assert rows["id"] == ("UUID", True, "")
    assert rows["on"] == ("fecha", True, "")
    assert rows["at"] == ("instante o nulo", False, "")
    assert rows["state"] == ("a | b", True, "")
    assert rows["limit"] == ("entero", False, "1 a 100, por omisión 50")
    assert rows["least"] == ("entero", True, "1 o más")
    assert rows["leaf.code"] == ("texto", True, "1 a 10 caracteres")
    assert rows["leaves"] == ("lista de objeto", True, "")
    assert rows["leaves[].code"] == ("texto", True, "1 a 10 caracteres")
    assert rows["perhaps"] == ("objeto o nulo", True, "")
    assert rows["perhaps.code"][0] == "texto"
    assert "leaf" not in rows


def test_a_model_that_holds_itself_ends() -> None:
    assert max(name.count("below") for name in _rows()) < 10
