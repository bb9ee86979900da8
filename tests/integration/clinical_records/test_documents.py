"""The paper as the holder prints it, and its seal as the public may know it (R-42, R-44)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import asyncpg
import orjson
import pytest
from builders.document_api import Api, Got, serving
from builders.sealing_desk import Desk, later

from shared.ids import uuid7


@pytest.fixture
async def api(desk: Desk) -> AsyncIterator[Api]:
    async with serving(desk) as running:
        yield running


def _slug(got: Got) -> str:
    return str(orjson.loads(got.body)["type"]).rpartition("/")[2]


def _told(got: Got) -> dict[str, object]:
    body = orjson.loads(got.body)
    return {name: body[name] for name in body if name not in {"trace_id", "instance"}}


async def test_r_44_the_holder_prints_the_same_bytes_each_time(desk: Desk, api: Api) -> None:
    sick_leave_id = await desk.sealed()
    first = await api.document(sick_leave_id, family_id=str(desk.family_id))
    api.clock.set(later(days=30))
    second = await api.document(sick_leave_id, family_id=str(desk.family_id))
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body == await desk.paper(sick_leave_id)
    folio = await desk.folio(sick_leave_id)
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"] == f'inline; filename="incapacidad-{folio}.pdf"'
    assert first.headers["Cache-Control"] == "no-store"


async def test_r_44_unsealed_is_refused(desk: Desk, api: Api) -> None:
    for sick_leave_id in (await desk.issued(), await desk.authorised()):
        got = await api.document(sick_leave_id, family_id=str(desk.family_id))
        assert (got.status, _slug(got)) == (409, "not-sealed")


async def test_r_42_what_the_list_never_shows_is_not_there(desk: Desk, api: Api) -> None:
    revoked, old = await desk.sealed(), await desk.authorised(date(2030, 8, 31))
    await desk.work()
    await desk.revoke(revoked)
    other = replace(desk, family_id=uuid7(), member_id=uuid7())
    await other.add_holder()
    theirs = await other.sealed()
    relative = replace(desk, member_id=uuid7())
    relatives = await relative.sealed()
    answers = [
        await api.document(one, family_id=str(desk.family_id))
        for one in (revoked, old, theirs, relatives, uuid7())
    ]
    assert {got.status for got in answers} == {404}
    assert len({orjson.dumps(_told(got)) for got in answers}) == 1


@pytest.mark.parametrize(
    ("issued_on", "status"), [(date(2030, 9, 1), 200), (date(2030, 8, 31), 404)]
)
async def test_r_42_six_calendar_months_are_counted_to_the_day(
    desk: Desk, api: Api, issued_on: date, status: int
) -> None:
    sick_leave_id = await desk.authorised(issued_on)
    await desk.work()
    assert (await api.document(sick_leave_id, family_id=str(desk.family_id))).status == status


async def test_r_42_the_window_is_clamped_at_a_month_that_is_shorter(desk: Desk, api: Api) -> None:
    sick_leave_id = await desk.authorised(date(2031, 2, 28))
    await desk.work()
    for days, status in ((183, 200), (184, 404)):
        # 31 August, still; then 1 September in Tijuana.
        api.clock.set(later(days=days))
        got = await api.document(sick_leave_id, family_id=str(desk.family_id))
        assert got.status == status


@pytest.mark.parametrize(
    "role", ["doctor", "authoriser", "front_desk", "archive", "operator", "auditor"]
)
async def test_staff_print_nobody_s_paper(desk: Desk, api: Api, role: str) -> None:
    got = await api.document(await desk.sealed(), role=role, family_id=None)
    assert (got.status, _slug(got)) == (403, "forbidden")


async def test_without_a_session_there_is_no_paper(desk: Desk, api: Api) -> None:
    path = f"/v1/sick-leaves/{await desk.sealed()}/document"
    assert (await api.call("GET", path, {})).status == 401


async def test_r_45_each_look_allowed_or_refused_leaves_one_row(desk: Desk, api: Api) -> None:
    sealed, unsealed = await desk.sealed(), await desk.issued()
    for sick_leave_id in (sealed, sealed, unsealed, uuid7()):
        await api.document(sick_leave_id, family_id=str(desk.family_id))
    async with desk.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT outcome, subjects FROM audit WHERE operation = 'read-sick-leave-document'"
            " ORDER BY at, audit_id"
        )
    outcomes = sorted(row["outcome"] for row in rows)
    assert outcomes == ["done", "done", "not-found", "not-sealed"]
    assert [row["subjects"] for row in rows if row["outcome"] == "done"] == [
        [sealed, desk.member_id]
    ] * 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed_documents SET content = ''",
        "DELETE FROM sealed_documents",
        "UPDATE seal_certificates SET der = ''",
        "DELETE FROM seal_certificates",
        "TRUNCATE seal_certificates, sealed_documents",
    ],
)
async def test_the_service_itself_can_change_no_sealed_paper(desk: Desk, statement: str) -> None:
    await desk.sealed()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await desk.value(statement)


async def test_a_paper_that_was_tampered_with_in_the_database_is_never_sent(
    desk: Desk, api: Api
) -> None:
    first, second = await desk.sealed(), await desk.sealed()
    await desk.as_owner(
        "UPDATE sealed_documents SET content = (SELECT content FROM sealed_documents"
        " WHERE sick_leave_id = $2) WHERE sick_leave_id = $1",
        first,
        second,
    )
    await desk.as_owner(
        "UPDATE sealed_documents SET sha256 = sha256(content) WHERE sick_leave_id = $1", second
    )
    for sick_leave_id in (first, second):
        got = await api.document(sick_leave_id, family_id=str(desk.family_id))
        assert got.status == 500
        assert b"%PDF" not in got.body


async def test_r_44_the_public_learns_valid_revoked_or_unknown_and_nothing_else(
    desk: Desk, api: Api
) -> None:
    valid, revoked = await desk.sealed(), await desk.sealed()
    await desk.revoke(revoked)
    early = await desk.authorised()
    await desk.revoke(early)
    expected = [
        (await desk.folio(valid), "valid"),
        (await desk.folio(revoked), "revoked"),
        (await desk.folio(await desk.issued()), "unknown"),
        (await desk.folio(await desk.authorised()), "unknown"),
        (await desk.folio(early), "unknown"),
        ("7K3M-9QXW-22AB-ZC0T", "unknown"),
        ("x" * 128, "unknown"),
    ]
    for folio, state in expected:
        got = await api.seal(folio)
        assert (got.status, orjson.loads(got.body)) == (200, {"state": state})
        assert got.headers["Cache-Control"] == "no-store"
        probed = await api.seal(folio, method="HEAD")
        assert (probed.status, probed.body) == (200, b"")


async def test_who_guesses_folios_is_stopped_and_learns_nothing_from_it(
    desk: Desk, api: Api
) -> None:
    folio = await desk.folio(await desk.sealed())
    answers = [await api.seal(f"{folio[:-4]}{place:04d}") for place in range(60)]
    assert {got.status for got in answers} == {200}
    for stopped in (await api.seal("7K3M-9QXW-22AB-ZC0T"), await api.seal(folio)):
        assert (stopped.status, stopped.headers["Retry-After"]) == (429, "10")
    # Others, and the same one some seconds later, are answered.
    assert (await api.seal(folio, address="192.0.2.2")).status == 200
    api.clock.set(later(seconds=10))
    assert (await api.seal(folio)).status == 200
    assert (await api.seal("7K3M-9QXW-22AB-ZC0T")).status == 200
    assert (await api.seal("7K3M-9QXW-22AB-ZC0T")).status == 429


async def test_known_folios_are_asked_for_as_often_as_one_likes(desk: Desk, api: Api) -> None:
    folio = await desk.folio(await desk.sealed())
    for _ in range(6):
        answers = await asyncio.gather(*(api.seal(folio) for _ in range(25)))
        assert {got.status for got in answers} == {200}
