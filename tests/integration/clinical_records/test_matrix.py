"""The authorisation matrix of this service: every operation, by everybody, on everybody's records.

Generated from the service's own operations: one that is added without its line in RIGHTS fails the
first test. Each cell asserts the status, one row in the audit, that a refusal changes nothing, and
that what is hidden answers as what isn't there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID

import pytest
from builders.clinical import Clinic, Family
from builders.clinical_acts import CARDIOLOGY, MEDICATION, REASON, refer
from builders.clinical_api import NOW, OPERATIONS, OTHER_UNIT, UNIT, Answer, Person
from builders.clinical_matrix import ALL, BOUND, FAMILY, GLASS, RIGHTS, TABLES, Cell

from shared.auth import STAFF, Role
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Outcome:
    """`rows` are the audit's of this call."""

    answer: Answer
    changed: bool
    rows: list[dict[str, Any]]


@dataclass(slots=True)
class Cast:
    """Families, a doctor, and what a cell acts on, made anew for each."""

    clinic: Clinic
    doctor: Person
    family: Family
    lapsed: Family
    other: Family

    def of(self, whose: str) -> tuple[Family, UUID]:
        """The account that asks, and the member who is asked for."""
        places = {
            "own": (self.family, self.family.members[0]),
            "dependant": (self.family, self.family.members[1]),
            "withdrawn": (self.family, self.family.members[2]),
            "other": (self.family, self.other.members[0]),
            "lapsed": (self.lapsed, self.lapsed.members[0]),
            "lapsed dependant": (self.lapsed, self.lapsed.members[1]),
        }
        return places.get(whose, (self.family, uuid7()))

    def caller(self, cell: Cell) -> Person | None:
        if cell.caller == "anonymous":
            return None
        if cell.caller == "another institute":
            return replace(self.family.account, foreign=True)
        if cell.caller == "affiliate":
            return self.of(cell.whose)[0].account
        unit = OTHER_UNIT if cell.whose == "other unit" else UNIT
        if cell.caller == "doctor":
            if cell.whose == "other unit":
                return self.clinic.api.person("doctor", unit=unit, doctor_id=uuid7())
            return self.doctor
        claims = {"unit": unit} if cell.caller in BOUND else {}
        return self.clinic.api.person(cell.caller, **claims)

    async def prepared(self, cell: Cell) -> tuple[str, str, dict[str, Any] | None]:
        """Method, path and body of the call; what it acts on stands already."""
        name = "read-record" if cell.operation == GLASS else cell.operation
        operation = OPERATIONS[name]
        staff = cell.caller != "affiliate" or RIGHTS[name] != FAMILY
        member = self.family.holder if staff else self.of(cell.whose)[1]
        if name == "withdraw-records":
            member = self.family.members[2]
        if cell.whose == "nobody":
            member = uuid7()
        path, query = operation.path, ""
        if "{prescription_id}" in path:
            made = await self._prescription(member) if cell.whose != "nobody" else str(uuid7())
            path = path.replace("{prescription_id}", made)
        if "{sick_leave_id}" in path:
            made = str(uuid7())
            if cell.whose != "nobody":
                state = "authorised" if name == "read-sick-leave-document" else "issued"
                made = await self.clinic.leave(self.doctor, member, state)
            path = path.replace("{sick_leave_id}", made)
        if name.startswith("search-"):
            query = "?query=dolor"
        if cell.operation == GLASS:
            query = f"?reason={quote(REASON)}"
        path = path.replace("{member_id}", str(member)) + query
        return operation.method, path, _body(name, member)

    async def _prescription(self, member: UUID) -> str:
        """Of whoever it is: of the lapsed from before their coverage ended."""
        await self.clinic.execute("UPDATE members SET valid_to = NULL WHERE member_id = $1", member)
        made = await self.clinic.prescribed(self.doctor, member)
        lapsed = member in self.lapsed.members
        day = date(2031, 2, 1) if lapsed else None
        await self.clinic.execute(
            "UPDATE members SET valid_to = $2 WHERE member_id = $1", member, day
        )
        return made

    async def act(self, cell: Cell) -> Outcome:
        """What came of the call, and nothing of what was prepared for it."""
        method, path, body = await self.prepared(cell)
        caller = self.caller(cell)
        headers = {"Idempotency-Key": str(uuid7())} if method == "POST" else {}
        given = {} if body is None else {"json": body}
        before, count = await self.data(), len(await self.clinic.audited())
        answer = await self.clinic.api.call(method, path, caller, headers=headers, **given)
        rows = await self.clinic.audited()
        return Outcome(answer, await self.data() != before, rows[count:])

    async def data(self) -> str:
        """A digest of all that isn't the audit."""
        parts = [
            f"(SELECT coalesce(md5(string_agg({table}::text, '' ORDER BY {table}::text)), '')"
            f" FROM {table})"
            for table in TABLES
        ]
        return str(await self.clinic.value(f"SELECT concat_ws(',', {', '.join(parts)})"))


def _body(name: str, member: UUID) -> dict[str, Any] | None:
    bodies: dict[str, dict[str, Any]] = {
        "issue-prescription": {"member_id": str(member), "medications": [MEDICATION]},
        "issue-sick-leave": {
            "member_id": str(member), "starts_on": "2031-03-01", "days": 1, "kind": "illness",
            "diagnosis": "J00",
        },
        "issue-referral": {
            "member_id": str(member), "service": CARDIOLOGY, "reason": "Valoración de muestra.",
        },
        "void-prescription": {"reason": REASON},
        "revoke-sick-leave": {"reason": REASON},
        "authorise-sick-leave": {},
        "withdraw-records": {"withdrawn": True, "identity_check": "Pasaporte"},
    }  # fmt: skip
    return bodies.get(name)


@pytest.fixture
async def cast(clinic: Clinic) -> Cast:
    doctor = await clinic.doctor()
    family = await clinic.family(date(2020, 1, 1), date(2000, 1, 1))
    other = await clinic.family()
    lapsed = await clinic.family(date(2020, 1, 1), valid_to=date(2031, 2, 1))
    assert (await refer(doctor, family.holder)).status == 201
    await clinic.visit(doctor, family.holder, NOW)
    await clinic.withdrawn(family.members[2])
    return Cast(clinic, doctor, family, lapsed, other)


def test_every_operation_stands_in_the_matrix_with_its_roles() -> None:
    assert set(OPERATIONS) == set(RIGHTS)
    for name, operation in OPERATIONS.items():
        assert operation.roles == RIGHTS[name], name
        assert operation.path.startswith("/v1/staff/") == bool(RIGHTS[name] <= STAFF), name
        assert operation.idempotent == (operation.method == "POST"), name


def test_the_matrix_has_a_cell_for_each_caller_on_each_operation() -> None:
    callers = {(cell.operation, cell.caller) for found in ALL.values() for cell in found}

    assert len(callers) == len(ALL) * (2 + len(get_args(Role)))
    assert sum(len(found) for found in ALL.values()) > 280


@pytest.mark.parametrize("operation", ALL)
async def test_each_cell_is_as_the_matrix_says(cast: Cast, operation: str) -> None:
    hidden: list[tuple[str, dict[str, Any]]] = []
    wrong: list[str] = []
    for cell in ALL[operation]:
        status, slug = cell.expected
        done = await cast.act(cell)
        answer = done.answer
        if answer.status != status or (slug and answer.slug != slug):
            wrong.append(f"{cell}: {answer.status} {answer.body}")
        if status >= 400 and done.changed:
            wrong.append(f"{cell}: refused, but something changed")
        wrong += [f"{cell}: {fault}" for fault in _audit_faults(cell, done.rows)]
        if status == 404:
            hidden.append((str(cell), answer.told))
    assert wrong == []
    assert len({str(told) for _, told in hidden}) <= 1, hidden


def _audit_faults(cell: Cell, rows: list[dict[str, Any]]) -> Iterator[str]:
    """One row for each call by somebody, none for nobody's."""
    status, slug = cell.expected
    if len(rows) != (status != 401):
        yield f"{len(rows)} rows in the audit"
    if len(rows) != 1:
        return
    (row,) = rows
    operation = cell.operation
    if operation == GLASS and (status >= 400 or cell.whose == "own unit"):
        # Refused, or not needed: an appointment is near.
        operation = "read-record"
    told = (row["role"], row["operation"], row["outcome"])
    if told != (cell.caller, operation, slug or "done"):
        yield f"the audit says {told}"
    if cell.caller in BOUND:
        unit = OTHER_UNIT if cell.whose == "other unit" else UNIT
        if row["unit"] != unit:
            yield f"the audit says unit {row['unit']}"
