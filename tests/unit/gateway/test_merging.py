"""Documents of several services become one without confusing what they call by one name."""

from typing import Any

from gateway.merging import merged

TITLES = {"title": "t", "version": "1", "url": "http://localhost"}


def _part(path: str, method: str, schemas: dict[str, Any]) -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
    operation = {"operationId": "read", "responses": {"200": answer}}
    return {"paths": {path: {method: operation}}, "components": {"schemas": schemas}}


def test_schemas_of_one_name_and_different_content_are_told_apart() -> None:
    first = {"Item": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Leaf"}}},
             "Leaf": {"type": "string"}}  # fmt: skip
    second = {"Item": {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}},
              "Leaf": {"type": "integer"}}  # fmt: skip
    document = merged(
        {"identity": _part("/v1/me", "get", first),
         "scheduling": _part("/v1/sanctions", "get", second)},
        **TITLES,
    )  # fmt: skip
    assert document["components"]["schemas"] == {
        "Item": first["Item"],
        "Leaf": first["Leaf"],
        "SchedulingItem": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/SchedulingLeaf"},
        },
        "SchedulingLeaf": {"type": "integer"},
    }
    answer = document["paths"]["/v1/sanctions"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/SchedulingItem"}


def test_equal_schemas_stand_once_and_unused_ones_not_at_all() -> None:
    schemas = {"Item": {"type": "string"}, "Unused": {"type": "string"}}
    document = merged(
        {"identity": _part("/v1/me", "get", schemas),
         "scheduling": _part("/v1/sanctions", "get", schemas)},
        **TITLES,
    )  # fmt: skip
    assert document["components"]["schemas"] == {"Item": {"type": "string"}}


def test_operations_keep_names_of_their_own() -> None:
    schemas = {"Item": {"type": "string"}}
    document = merged(
        {"identity": _part("/v1/me", "get", schemas),
         "scheduling": _part("/v1/sanctions", "get", schemas)},
        **TITLES,
    )  # fmt: skip
    names = [one["get"]["operationId"] for one in document["paths"].values()]
    assert sorted(names) == ["read", "scheduling_read"]


def test_what_the_table_does_not_list_is_left_out() -> None:
    schemas = {"Item": {"type": "string"}}
    internal = merged({"identity": _part("/internal/keys", "get", schemas)}, **TITLES)
    other_method = merged({"identity": _part("/v1/me", "delete", schemas)}, **TITLES)
    other_service = merged({"scheduling": _part("/v1/me", "get", schemas)}, **TITLES)
    assert internal["paths"] == other_method["paths"] == other_service["paths"] == {}
    assert internal["components"]["schemas"] == {}
