"""Sick leaves at work: issued, authorised by somebody else, revoked, never changed (R-43)."""

from uuid import UUID

import asyncpg
import pytest
from builders.clinical import Clinic
from builders.clinical_acts import REASON, authorise
from builders.clinical_api import OTHER_UNIT, Person

from shared.ids import uuid7


async def shown(family_account: Person, query: str = "") -> list[str]:
    answer = await family_account.get(f"/v1/sick-leaves{query}")
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


async def test_r_43_who_issues_does_not_authorise_even_with_the_role(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = await clinic.leave(doctor, family.holder)
    officer = clinic.api.person("authoriser")
    same = Person(clinic.api, doctor.account_id, "authoriser", {})

    refused = await authorise(same, leave)
    done = await authorise(officer, leave)

    assert (refused.status, refused.slug) == (409, "own-sick-leave")
    assert (done.status, done.body["state"]) == (200, "authorised")


async def test_r_43_an_authoriser_of_a_unit_sees_and_touches_that_unit_alone(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = await clinic.leave(doctor, family.holder)
    here = clinic.api.person("authoriser", unit=doctor.unit)
    there = clinic.api.person("authoriser", unit=OTHER_UNIT)
    everywhere = clinic.api.person("authoriser")

    queues = [await one.get("/v1/staff/sick-leaves") for one in (here, there, everywhere)]
    refused = await authorise(there, leave)
    unknown = await authorise(there, str(uuid7()))
    revoking = await there.post(f"/v1/staff/sick-leaves/{leave}/revocation", {"reason": REASON})

    assert [len(one.body["items"]) for one in queues] == [1, 0, 1]
    assert [one.status for one in (refused, unknown, revoking)] == [404, 404, 404]
    assert refused.told == unknown.told
    assert (await authorise(here, leave)).status == 200


async def test_r_43_the_queue_shows_what_is_to_be_judged_the_oldest_first(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    first = await clinic.leave(doctor, family.holder)
    clinic.api.clock.forward(minutes=1)
    second = await clinic.leave(doctor, family.holder)
    officer = clinic.api.person("authoriser")

    page = await officer.get("/v1/staff/sick-leaves?limit=1")
    rest = await officer.get(f"/v1/staff/sick-leaves?limit=1&cursor={page.body['next']}")
    by_folio = await officer.get(f"/v1/staff/sick-leaves?folio={page.body['items'][0]['folio']}")
    authorised = await officer.get("/v1/staff/sick-leaves?state=authorised")

    (item,) = page.body["items"]
    assert (item["id"], rest.body["items"][0]["id"]) == (first, second)
    assert item["diagnosis"] == {"code": "J00", "label": "Resfriado común"}
    assert item["member"]["affiliation_number_masked"] == "****0000"
    assert [one["id"] for one in by_folio.body["items"]] == [first]
    assert authorised.body["items"] == []
    row = (await clinic.audited("list-sick-leaves-to-authorise"))[0]
    assert row["subjects"] == [family.holder]


async def test_r_43_authorising_twice_is_a_conflict_and_publishes_nothing(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = await clinic.leave(doctor, family.holder)
    officer = clinic.api.person("authoriser")

    answers = [await authorise(officer, leave, key="k") for _ in range(2)]
    other = await authorise(officer, leave)

    assert answers[0].body == answers[1].body
    assert (other.status, other.slug) == (409, "sick-leave-state")
    assert await clinic.value("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize("state", ["issued", "authorised", "sealed"])
async def test_r_43_a_revoked_one_is_told_and_shows_no_more(clinic: Clinic, state: str) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = await clinic.leave(doctor, family.holder, state)
    officer = clinic.api.person("authoriser")
    path = f"/v1/staff/sick-leaves/{leave}/revocation"

    revoked = await officer.post(path, {"reason": REASON})
    again = await officer.post(path, {"reason": REASON})

    assert (revoked.status, revoked.body["state"]) == (200, "revoked")
    assert (again.status, again.slug) == (409, "sick-leave-state")
    assert await shown(family.account) == []
    (event,) = await clinic.events("clinical.sick_leave.revoked")
    assert event["data"] == {
        "sick_leave_id": leave, "family_id": str(family.family_id), "state": "revoked",
    }  # fmt: skip
    assert event["sequence"] == ("0000000002" if state == "sealed" else "0000000001")


async def test_r_43_a_revocation_needs_a_reason_worth_the_name(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = await clinic.leave(doctor, family.holder)
    officer = clinic.api.person("authoriser")

    for body in ({}, {"reason": ""}, {"reason": "corto"}, {"reason": " " * 20}):
        answer = await officer.post(f"/v1/staff/sick-leaves/{leave}/revocation", body)
        assert (answer.status, answer.slug) == (422, "invalid-request")


async def test_r_43_the_database_itself_lets_no_state_go_back_and_nothing_change(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    leave = UUID(await clinic.leave(doctor, family.holder, "sealed"))

    for change in (
        "state = 'authorised', sealed_at = NULL", "state = 'issued'", "days = 30",
        "content = 'x'", "folio = 'X'", "starts_on = '2031-01-01'", "sealed_at = now()",
        "authorised_by = issued_by",
    ):  # fmt: skip
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await clinic.execute(f"UPDATE sick_leaves SET {change} WHERE sick_leave_id = $1", leave)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await clinic.execute("DELETE FROM sick_leaves")
    waiting = UUID(await clinic.leave(doctor, family.holder))
    with pytest.raises(asyncpg.CheckViolationError):
        await clinic.execute(
            "UPDATE sick_leaves SET state = 'authorised', authorised_by = issued_by,"
            " authorised_at = now() WHERE sick_leave_id = $1",
            waiting,
        )
