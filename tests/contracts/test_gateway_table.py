"""The gateway's table and the services' own operations are the same list."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import clinical_records.api
import identity.api
import notifications.api
import scheduling.api
from gateway.table import CLINICAL_RECORDS, IDENTITY, NOTIFICATIONS, PAGES, ROWS, SCHEDULING
from shared.operations import Operation, Routes

SERVICES = {
    IDENTITY: identity.api,
    SCHEDULING: scheduling.api,
    CLINICAL_RECORDS: clinical_records.api,
    NOTIFICATIONS: notifications.api,
}


def _operations(package: ModuleType) -> Iterator[Operation]:
    names = [one.name for one in pkgutil.iter_modules(getattr(package, "__path__", ()))]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    for module in (package, *modules):
        for value in vars(module).values():
            if isinstance(value, Routes):
                yield from value


@pytest.mark.parametrize("service", SERVICES)
def test_every_public_operation_is_listed_and_nothing_else(service: str) -> None:
    written = {
        (operation.method, operation.path)
        for operation in _operations(SERVICES[service])
        if not operation.internal
    }
    listed = {
        (method, row.path) for row in ROWS if row.service == service for method in row.methods
    }
    assert listed == written


def test_no_row_leads_to_what_is_internal() -> None:
    assert not [row for row in (*ROWS, *PAGES) if "internal" in row.path]
    hidden = [one for package in SERVICES.values() for one in _operations(package) if one.internal]
    assert all(one.path.startswith("/internal/") for one in hidden)


def test_no_call_is_listed_twice() -> None:
    calls = [(method, row.path) for row in (*ROWS, *PAGES) for method in row.methods]
    assert len(calls) == len(set(calls))
