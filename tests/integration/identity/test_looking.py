"""What a person sees of the own account and family, and anybody of the institute."""

from dataclasses import replace

import pytest
from builders.identity import EMAIL, World
from builders.roll import FAMILY, NUMBER, PROFILE, UNIT


async def _bearer(world: World) -> str:
    password = await world.activated()
    return str((await world.log_in(NUMBER, password)).body["access_token"])


async def test_me_is_the_account_as_the_contract_names_it(world: World) -> None:
    bearer = await _bearer(world)

    answer = await world.call("GET", "/v1/me", bearer=bearer)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body == {
        "account_id": str(await world.account_id()),
        "username": NUMBER,
        "email": EMAIL,
        "phone": "6861234567",
        "role": "affiliate",
        "unit": None,
        "name": "Ana Muestra Modelo",
        "password_state": "temporary",
        "email_state": "ok",
    }


async def test_the_phone_can_be_changed_and_nothing_else(world: World) -> None:
    bearer = await _bearer(world)

    changed = await world.call("PATCH", "/v1/me", {"phone": "+52 (664) 123-4567"}, bearer=bearer)
    wrong = await world.call("PATCH", "/v1/me", {"phone": "12"}, bearer=bearer)
    smuggled = await world.call(
        "PATCH", "/v1/me", {"phone": "6641234567", "role": "administrator"}, bearer=bearer
    )

    assert (changed.status, changed.body["phone"]) == (200, "6641234567")
    assert (wrong.status, wrong.body["errors"][0]["pointer"]) == (422, "/phone")
    assert smuggled.status == 422


async def test_r_20_members_are_the_holder_first_then_the_covered_relatives(world: World) -> None:
    lapsed = replace(FAMILY[1], affiliation_number="90000003", valid_to="2031-02-28")
    child = replace(
        FAMILY[1], affiliation_number="90000004", relation="child", birth_on="2015-01-01"
    )
    await world.loader.lines([child, lapsed, *FAMILY], confirmed=True)
    bearer = await _bearer(world)

    answer = await world.call("GET", "/v1/members", bearer=bearer)

    assert answer.body["next"] is None
    assert [item["relation"] for item in answer.body["items"]] == ["holder", "spouse", "child"]
    holder = answer.body["items"][0]
    assert {k: v for k, v in holder.items() if k != "id"} == {
        "name": "Ana Muestra Modelo",
        "relation": "holder",
        "holder": True,
        "affiliation_number_masked": "****0001",
        "home_unit": {"code": UNIT, "name": PROFILE.units[0].name},
        "covered": True,
        "birth_on": "1980-05-05",
    }
    assert NUMBER.encode() not in answer.raw


async def test_r_20_a_lapsed_holder_still_stands_first_and_says_so(world: World) -> None:
    bearer = await _bearer(world)
    await world.loader.lines([replace(FAMILY[0], valid_to="2031-02-28"), FAMILY[1]], confirmed=True)

    items = (await world.call("GET", "/v1/members", bearer=bearer)).body["items"]

    assert [(item["holder"], item["covered"]) for item in items] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("PATCH", "/v1/me"),
        ("GET", "/v1/members"),
        ("GET", "/v1/sessions"),
        ("DELETE", "/v1/sessions"),
        ("DELETE", "/v1/sessions/current"),
        ("DELETE", "/v1/sessions/01a201a4-0000-7000-8000-000000000000"),
    ],
)
async def test_without_a_session_nothing_is_shown_whatever_headers_claim(
    world: World, method: str, path: str
) -> None:
    headers = {"X-User-Id": str(await world.count("accounts")), "X-Forwarded-For": "127.0.0.1"}

    answer = await world.call(method, path, headers=headers)

    assert (answer.status, answer.slug) == (401, "session-required")


async def test_the_institute_is_public_and_may_be_cached(world: World) -> None:
    answer = await world.call("GET", "/v1/institute")

    assert answer.status == 200
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.body["profile"] == "issstecali"
    assert answer.body["policies"]["activation_hours"] == 72
    urls = [document["url"] for document in answer.body["documents"]]
    assert "/v1/institute/documents/terms" in urls


async def test_r_02_each_document_can_be_read_before_it_is_accepted(world: World) -> None:
    for document in PROFILE.documents:
        answer = await world.call("GET", f"/v1/institute/documents/{document.name}")
        assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert answer.raw.decode() == document.text
    assert (await world.call("GET", "/v1/institute/documents/none")).status == 404


async def test_what_identity_offers_is_described_and_internal_calls_are_not(world: World) -> None:
    described = (await world.call("GET", "/openapi.json")).body

    assert "/v1/accounts" in described["paths"]
    assert not [path for path in described["paths"] if path.startswith("/internal")]
