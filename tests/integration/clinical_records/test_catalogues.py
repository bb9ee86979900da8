"""Catalogues: loaded whole by a command, found by words without accents (R-41, R-43)."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import refer
from builders.clinical_commands import Ended, command

from clinical_records.queries.present_state import KINDS

INSTITUTE = Path(__file__).parents[3] / "deploy" / "institutes" / "issstecali"
Load = Callable[[str, str], Awaitable[Ended]]


@pytest.fixture
async def load(clinic: Clinic, tmp_path: Path) -> Load:
    """Runs a loading command on the text of a file."""

    async def run(name: str, text: str) -> Ended:
        path = tmp_path / "catalogue.csv"
        path.write_text(text, encoding="utf-8")
        return await command(clinic, name, str(path))

    return run


async def test_a_catalogue_replaces_the_one_before_and_twice_changes_nothing(
    clinic: Clinic, load: Load
) -> None:
    first = await load("load-medications", "code,name,presentation\nA,Uno,\nB,Dos,\n")
    again = await load("load-medications", "code,name,presentation\nA,Uno,\nB,Dos,\n")
    other = await load("load-medications", "code,name,presentation\nB,Dos más,\nC,Tres,\n")

    assert first.output.endswith("2 medications: 2 new, 0 changed, 0 removed\n")
    assert again.output.endswith("2 medications: 0 new, 0 changed, 0 removed\n")
    assert other.output.endswith("2 medications: 1 new, 1 changed, 1 removed\n")
    assert await clinic.value("SELECT string_agg(code, '' ORDER BY code) FROM medications") == "BC"


async def test_a_file_with_a_fault_changes_nothing_and_names_its_lines(
    clinic: Clinic, load: Load
) -> None:
    refused = await load("load-diagnoses", "code,label\nJ01,Otra cosa\n99,Nada\n")

    assert refused.code == 3
    assert "line 3: code" in refused.output
    assert "Nada" not in refused.output
    assert await clinic.value("SELECT count(*) FROM diagnoses WHERE code = 'J01'") == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [("dolor", ["M54.5"]), ("DOLOR%20lumbar", ["M54.5"]), ("m54", ["M54.5"]), ("%25%25", 2),
     ("com%C3%BAn", ["J00"]), ("comun", ["J00"]), ("nada", [])],
)  # fmt: skip
async def test_a_search_takes_words_without_accents_and_no_wildcards(
    clinic: Clinic, load: Load, query: str, found: object
) -> None:
    await load("load-diagnoses", "code,label\nJ00,Resfriado común\nM54.5,Dolor lumbar\n")
    doctor = await clinic.doctor()

    answer = await doctor.get(f"/v1/staff/diagnoses?query={query}")

    codes = [one["code"] for one in answer.body["items"]]
    assert codes == found or len(codes) == found


async def test_the_demonstrations_catalogue_is_loaded_and_searched(clinic: Clinic) -> None:
    done = await command(clinic, "load-medications", str(INSTITUTE / "medications.csv"))
    doctor = await clinic.doctor()

    answer = await doctor.get("/v1/staff/medications?query=paracetamol%20tableta&limit=5")

    assert done.code == 0
    assert "010.000.0104.00" in {one["code"] for one in answer.body["items"]}
    assert len(await clinic.audited("search-medications")) == 1


async def test_verify_audit_says_whether_the_rows_are_what_was_written(clinic: Clinic) -> None:
    family = await clinic.family()
    await family.account.get(f"/v1/members/{family.holder}/prescriptions")

    whole = await command(clinic, "verify-audit")

    assert (whole.code, "the audit is whole; 1 rows not yet linked" in whole.output) == (0, True)


async def test_republish_puts_the_present_state_of_each_referral_into_the_outbox(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    given = (await refer(doctor, family.holder)).body["id"]
    await clinic.execute("DELETE FROM outbox")

    done = await command(clinic, "republish", "referrals", "--to", "scheduling.referrals")
    unknown = await command(clinic, "republish", "referrals", "--to", "nobody")

    assert (done.code, unknown.code) == (0, 2)
    told = await clinic.events("scheduling.referrals")
    assert [one["type"].split(".")[-2] for one in told] == ["issued", "described"]
    assert {one["subject"] for one in told} == {given}
    assert all(one["sisarepublish"] for one in told)


async def test_republish_tells_prescriptions_and_sick_leaves_that_were_told_of(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.prescribed(doctor, family.holder)
    for state in ("issued", "sealed", "revoked"):
        await clinic.leave(doctor, family.holder, state)

    told = {
        kind: [(type(fact).__name__, version) async for fact, version in facts(clinic.database)]
        for kind, facts in KINDS.items()
    }

    assert told["prescriptions"] == [("PrescriptionIssued", 1)]
    assert sorted(told["sick-leaves"]) == [("SickLeaveRevoked", 1), ("SickLeaveSealed", 1)]
