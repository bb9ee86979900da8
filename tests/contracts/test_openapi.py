"""The published API documents: valid OpenAPI 3.1, and every refusal is in the catalogue."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from clinical_records.api import desk, doctors, documents, family, sick_leaves
from identity.api import (
    accounts,
    institute,
    internal,
    keys,
    me,
    reactivation,
    recovery,
    sessions,
    staff,
)
from scheduling.api import (
    appointments,
    menus,
    staff_agendas,
    staff_appointments,
    staff_audit,
    staff_closures,
    staff_days,
    staff_doctors,
    staff_members,
    staff_moves,
    staff_sanctions,
)
from shared.contracts.problems import PROBLEMS
from shared.openapi import document
from shared.operations import Routes

SERVICES: dict[str, list[Routes]] = {
    "identity": [
        group.routes
        for group in (
            accounts,
            recovery,
            reactivation,
            sessions,
            me,
            staff,
            institute,
            keys,
            internal,
        )
    ],
    "clinical-records": [group.routes for group in (family, doctors, sick_leaves, desk, documents)],
    "scheduling": [
        group.routes
        for group in (
            menus,
            appointments,
            staff_members,
            staff_appointments,
            staff_days,
            staff_sanctions,
            staff_agendas,
            staff_doctors,
            staff_closures,
            staff_moves,
            staff_audit,
        )
    ],
}


@pytest.fixture(params=SERVICES)
def described(request: pytest.FixtureRequest) -> dict[str, Any]:
    routes = SERVICES[request.param]
    return document(routes, title=request.param, version="1")


def test_a_services_document_is_valid(described: dict[str, Any]) -> None:
    validate(described)


def test_every_operation_says_what_it_does_and_how_it_refuses(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            refusals = [status for status in operation["responses"] if int(status) >= 400]
            assert "503" in refusals, (method, path)


def test_what_is_answered_has_all_its_fields_and_says_so(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for response in operation["responses"].values():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if name := schema.get("$ref", "").rpartition("/")[2]:
                    shown = described["components"]["schemas"][name]
                    fields = shown.get("properties", {})
                    assert set(shown.get("required", [])) == set(fields), (method, path)


def test_every_slug_an_operation_declares_is_in_the_catalogue() -> None:
    for groups in SERVICES.values():
        for routes in groups:
            for operation in routes:
                assert set(operation.problems) <= set(PROBLEMS), operation.path
