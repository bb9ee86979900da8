"""The audit of looks at records: searched by auditors, changed by nobody unseen (R-45)."""

from urllib.parse import quote

import asyncpg
import pytest
from builders.clinical import Clinic
from builders.clinical_acts import REASON

from shared import audit_chain


async def test_the_auditor_searches_allowed_and_refused_with_reasons_opened(
    clinic: Clinic,
) -> None:
    family, other, doctor = await clinic.family(), await clinic.family(), await clinic.doctor()
    await doctor.get(f"/v1/staff/members/{family.holder}/record?reason={quote(REASON)}")
    await other.account.get(f"/v1/members/{family.holder}/prescriptions")
    auditor = clinic.api.person("auditor")
    path = "/v1/staff/audit/clinical-records"

    found = await auditor.get(f"{path}?subject={family.holder}")
    by_actor = await auditor.get(f"{path}?actor={doctor.account_id}&operation=break-glass")

    assert [(one["operation"], one["outcome"]) for one in found.body["items"]] == [
        ("list-prescriptions", "not-found"), ("break-glass", "done"),
    ]  # fmt: skip
    (row,) = by_actor.body["items"]
    assert row["reason"] == REASON
    assert row["actor"]["account_id"] == str(doctor.account_id)
    assert len(await clinic.audited("read-audit")) == 2


async def test_a_reason_that_was_changed_is_shown_as_it_stands_and_breaks_the_chain(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await doctor.get(f"/v1/staff/members/{family.holder}/record?reason={quote(REASON)}")
    await audit_chain.link(clinic.database)
    owner = await clinic.owner()
    try:
        await owner.execute("UPDATE audit SET reason = 'otra cosa'")
    finally:
        await owner.close()
    faults: list[tuple[int, str]] = []

    verdict = await audit_chain.verify(
        clinic.database, lambda number, kind: faults.append((number, kind))
    )
    shown = await clinic.api.person("auditor").get("/v1/staff/audit/clinical-records")

    assert (verdict.whole, faults) == (False, [(1, "changed")])
    assert [one["reason"] for one in shown.body["items"]] == ["otra cosa"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET outcome = 'done'", "DELETE FROM audit", "TRUNCATE audit",
        "UPDATE audit_links SET digest = ''", "DELETE FROM audit_links",
        "INSERT INTO audit_links VALUES (1, gen_random_uuid(), '')", "DELETE FROM audit_unlinked",
        "DELETE FROM record_withdrawals", "DELETE FROM referrals",
    ],
)  # fmt: skip
async def test_the_services_login_can_change_nothing_of_what_was_recorded(
    clinic: Clinic, sql: str
) -> None:
    family = await clinic.family()
    await family.account.get(f"/v1/members/{family.holder}/prescriptions")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await clinic.execute(sql)
