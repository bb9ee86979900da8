"""Clinical text stands nowhere in plain: not in a row, an event, a kept answer or a log."""

import logging
from datetime import date
from urllib.parse import quote

import orjson
import pytest
from builders.clinical import Clinic
from builders.clinical_acts import MEDICATION, issue_leave, prescribe, refer
from builders.clinical_api import UNIT

from clinical_records.api.forms import SickLeaveForm
from clinical_records.parts import CIPHER
from shared import idempotency

CANARIES = {
    "drug": "Canarina forte",
    "dose": "37 gotas canario",
    "instructions": "Instrucciones canario",
    "remarks": "Observaciones canario",
    "referral": "Motivo canario de la referencia",
    "voiding": "Anulada por canario equivocado",
    "revocation": "Revocada por canario equivocado",
    "glass": "Abierto por canario urgente",
    "check": "Pasaporte canario",
}


async def everything(clinic: Clinic) -> str:
    """Every row of every table that the service can read, bytes as text too."""
    async with clinic.database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')"
        )
        rows = [await connection.fetch(f"SELECT * FROM {row['tablename']}") for row in tables]
    parts = []
    for table in rows:
        for row in table:
            parts += [
                value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                for value in row.values()
            ]
    return "\n".join(parts)


async def test_what_is_said_of_a_persons_health_is_readable_nowhere_but_to_who_may(
    clinic: Clinic, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    family, doctor = await clinic.family(date(2000, 1, 1)), await clinic.doctor()
    officer, clerk = clinic.api.person("authoriser"), clinic.api.person("front_desk", unit=UNIT)
    medication = MEDICATION | {
        "name": CANARIES["drug"], "dose": CANARIES["dose"],
        "instructions": CANARIES["instructions"],
    }  # fmt: skip
    prescribed = await prescribe(doctor, family.holder, medications=[medication])
    leave = await issue_leave(doctor, family.holder, remarks=CANARIES["remarks"])
    referred = await refer(doctor, family.holder, reason=CANARIES["referral"])
    acts = [
        prescribed,
        leave,
        referred,
        await doctor.post(
            f"/v1/staff/prescriptions/{prescribed.body['id']}/voiding",
            {"reason": CANARIES["voiding"]},
        ),
        await officer.post(
            f"/v1/staff/sick-leaves/{leave.body['id']}/revocation",
            {"reason": CANARIES["revocation"]},
        ),
        await clerk.post(
            f"/v1/staff/members/{family.members[1]}/record-withdrawal",
            {"withdrawn": True, "identity_check": CANARIES["check"]},
        ),
    ]
    record = await doctor.get(
        f"/v1/staff/members/{family.holder}/record?reason={quote(CANARIES['glass'])}"
    )

    assert [one.status for one in acts] == [201, 201, 201, 200, 200, 200]
    assert CANARIES["dose"] in str(record.body)
    assert CANARIES["remarks"] in str(record.body)
    held = await everything(clinic)
    logged = "".join(capsys.readouterr()) + caplog.text
    found = [name for name, canary in CANARIES.items() if canary in held or canary in logged]
    assert found == []
    # The diagnosis stands in its table, and nowhere in what was written of the person.
    written = [str(one.body) for one in acts] + [str(one) for one in await clinic.audited()]
    assert "J00" not in "".join(written)
    assert await clinic.value("SELECT count(*) FROM outbox WHERE body LIKE '%J00%'") == 0


async def test_the_digest_of_a_body_can_not_be_tried_against_the_few_diagnoses_there_are(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    body = {
        "member_id": str(family.holder), "starts_on": "2031-03-01", "days": 3, "kind": "illness",
        "diagnosis": "J00", "remarks": None,
    }  # fmt: skip
    assert (await doctor.post("/v1/staff/sick-leaves", body, "k")).status == 201

    guessed = SickLeaveForm.model_validate_json(orjson.dumps(body)).model_dump_json().encode()

    stored = await clinic.value("SELECT digest FROM idempotency_keys")
    assert stored != idempotency.digest(guessed)
    assert stored == clinic.app[CIPHER].fingerprint(idempotency.digest(guessed))
