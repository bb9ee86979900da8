"""The published API documents: valid OpenAPI 3.1, and every refusal is in the catalogue."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from identity.api import accounts, institute, internal, keys, me, sessions, staff
from scheduling.api import appointments, menus
from shared.contracts.problems import PROBLEMS
from shared.openapi import document
from shared.operations import Routes

SERVICES: dict[str, list[Routes]] = {
    "identity": [
        group.routes for group in (accounts, sessions, me, staff, institute, keys, internal)
    ],
    "scheduling": [menus.routes, appointments.routes],
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


def test_every_slug_an_operation_declares_is_in_the_catalogue() -> None:
    for groups in SERVICES.values():
        for routes in groups:
            for operation in routes:
                assert set(operation.problems) <= set(PROBLEMS), operation.path
