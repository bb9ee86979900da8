"""Staff accounts: made by an administrator, activated by mail, closed at once (R-14)."""

import asyncio
from typing import Any

import jwt
import pytest
from builders.identity import EMAIL, World
from builders.roll import NUMBER, UNIT
from builders.staff import Staff, audited, everything, staff

from shared.ids import uuid7


@pytest.fixture
async def administrator(world: World) -> Staff:
    return await staff(world, "administrator", email="admin@example.org")


async def activated(world: World) -> dict[str, Any]:
    """Follows the newest activation link; the credentials."""
    token = await world.activation_token()
    made = await world.call("POST", "/v1/accounts/activations", {"token": token})
    assert made.status == 200, made.body
    assert isinstance(made.body, dict)
    return made.body


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("front_desk", UNIT), ("archive", UNIT), ("doctor", UNIT), ("operator", None),
        ("operator", UNIT), ("authoriser", UNIT), ("administrator", None), ("auditor", None),
    ],
)  # fmt: skip
async def test_r_14_a_staff_account_is_made_activated_by_mail_and_logs_in_with_its_claims(
    world: World, administrator: Staff, role: str, unit: str | None
) -> None:
    doctor_id = str(uuid7()) if role == "doctor" else None

    made = await administrator.create(
        role=role, unit=unit, doctor_id=doctor_id, name="Persona Nueva", email="Nueva@Example.org"
    )

    assert made.status == 201, made.body
    assert made.body == {
        "account_id": made.body["account_id"], "role": role, "unit": unit, "doctor_id": doctor_id,
        "email": "Nueva@example.org", "name": "Persona Nueva", "state": "pending",
    }  # fmt: skip
    (letter,) = await world.deliveries("activation")
    assert (letter.to, letter.name) == ("Nueva@example.org", "Persona Nueva")
    assert letter.data["audience"] == "staff"
    assert letter.data["token"] not in made.raw.decode()

    credentials = await activated(world)
    assert credentials["username"] == "Nueva@example.org"
    (mailed,) = await world.deliveries("credentials")
    assert mailed.data["audience"] == "staff"
    tokens = (await world.log_in("nueva@example.ORG", credentials["temporary_password"])).body
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    expected = {"sub": made.body["account_id"], "role": role, "unit": unit, "doctor_id": doctor_id}
    assert {name: claims.get(name) for name in expected} == expected
    assert "family_id" not in claims
    me = await world.call("GET", "/v1/me", bearer=tokens["access_token"])
    assert (me.status, me.body["role"], me.body["unit"]) == (200, role, unit)
    members = await world.call("GET", "/v1/members", bearer=tokens["access_token"])
    assert (members.status, members.slug) == (403, "forbidden")


async def test_r_14_an_account_without_a_name_goes_by_its_address(
    world: World, administrator: Staff
) -> None:
    made = await administrator.create()

    assert made.body["name"] == "nueva@example.org"
    assert [one["outcome"] for one in await audited(world, "create-staff-account")] == ["done"]


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"role": "front_desk"}, [("/unit", "required-for-role")]),
        ({"role": "archive", "unit": "NOWHERE"}, [("/unit", "unknown")]),
        ({"role": "auditor", "unit": UNIT}, [("/unit", "not-for-role")]),
        ({"role": "administrator", "unit": UNIT}, [("/unit", "not-for-role")]),
        ({"role": "doctor", "unit": UNIT}, [("/doctor_id", "required-for-role")]),
        ({"role": "operator", "doctor_id": str(uuid7())}, [("/doctor_id", "not-for-role")]),
        ({"email": "a@example.org, b@example.org"}, [("/email", "invalid")]),
        ({"role": "doctor", "email": "x"}, [
            ("/unit", "required-for-role"), ("/doctor_id", "required-for-role"),
            ("/email", "invalid"),
        ]),
        ({"role": "affiliate"}, [("/role", "literal-error")]),
        ({"role": "superuser"}, [("/role", "literal-error")]),
        ({"family_id": str(uuid7())}, [("", "extra-forbidden")]),
    ],
)  # fmt: skip
async def test_r_14_what_does_not_go_with_the_role_is_named_and_nothing_is_made(
    world: World, administrator: Staff, changed: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    before = await world.count("accounts")

    answer = await administrator.create(**changed)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert [(one["pointer"], one["code"]) for one in answer.body["errors"]] == faults
    assert await world.count("accounts") == before
    (row,) = await audited(world, "create-staff-account")
    assert row["outcome"] == "invalid-request"


async def test_r_14_an_address_or_doctor_that_has_an_account_is_refused(
    world: World, administrator: Staff
) -> None:
    await world.activated()
    doctor = {"role": "doctor", "unit": UNIT, "doctor_id": str(uuid7())}
    assert (await administrator.create(**doctor)).status == 201

    taken = [
        await administrator.create(email=EMAIL.upper()),
        await administrator.create(),
        await administrator.create(**doctor, email="otra@example.org"),
    ]

    assert [(one.status, one.slug) for one in taken] == [(409, "account-exists")] * 3
    outcomes = [row["outcome"] for row in await audited(world, "create-staff-account")]
    assert outcomes == ["done", *["account-exists"] * 3]


async def test_r_35_a_repeated_creation_gives_the_first_answer_and_one_account(
    world: World, administrator: Staff
) -> None:
    answers = await asyncio.gather(*(administrator.create("k-1") for _ in range(5)))

    assert {one.status for one in answers} == {201}
    assert len({one.raw for one in answers}) == 1
    assert len(await world.deliveries("activation")) == 1
    assert len(await audited(world, "create-staff-account")) == 1
    other = await administrator.create("k-1", email="otra@example.org")
    assert (other.status, other.slug) == (422, "idempotency-key-reused")


async def test_r_06_staff_have_their_activation_mailed_again_in_their_words(
    world: World, administrator: Staff
) -> None:
    await administrator.create()
    first = await world.activation_token()
    world.clock.forward(hours=1)

    answer = await world.call(
        "POST", "/v1/accounts/activation-resends", {"username": "nueva@example.org"}
    )

    assert answer.status == 202
    (letter,) = await world.deliveries("activation")
    assert letter.data["audience"] == "staff"
    stale = await world.call("POST", "/v1/accounts/activations", {"token": first})
    assert (stale.status, stale.slug) == (410, "link-expired")


async def test_r_14_a_closed_account_is_out_at_once_and_everybody_is_told(
    world: World, administrator: Staff
) -> None:
    clerk = await staff(world, "front_desk")
    assert await world.me(clerk.token) == 200

    closed = await administrator.close(clerk.account_id)

    assert (closed.status, closed.body) == (
        200, {"account_id": str(clerk.account_id), "state": "closed"},
    )  # fmt: skip
    assert await world.me(clerk.token) == 401
    locked = (await world.events("identity.account.locked"))[-1]
    assert locked["data"] == {"account_id": str(clerk.account_id), "family_id": None}
    assert locked["sequence"] == "0000000003"
    (revoked,) = await world.events("identity.session.revoked")
    assert revoked["data"]["session_id"] is not None
    (row,) = await audited(world, "close-staff-account")
    assert row == {
        "actor_id": administrator.account_id, "role": "administrator", "unit": None,
        "subjects": [clerk.account_id], "outcome": "done", "reason": "Dejó la institución.",
    }  # fmt: skip
    again = await staff(world, "archive", email=clerk.email)
    assert again.account_id != clerk.account_id


async def test_r_14_a_closed_account_neither_logs_in_nor_follows_its_links(
    world: World, administrator: Staff
) -> None:
    made = await administrator.create()
    token = await world.activation_token()
    await administrator.close(made.body["account_id"])

    followed = await world.call("POST", "/v1/accounts/activations", {"token": token})
    resent = await world.call(
        "POST", "/v1/accounts/activation-resends", {"username": "nueva@example.org"}
    )

    assert (followed.status, followed.slug) == (410, "link-expired")
    assert resent.status == 202
    assert await world.deliveries("activation") == []


async def test_r_14_nobody_closes_the_own_account_an_affiliates_or_one_that_is_not(
    world: World, administrator: Staff
) -> None:
    clerk = await staff(world, "archive")
    password = await world.activated()
    bearer = (await world.log_in(NUMBER, password)).body["access_token"]
    me = await world.call("GET", "/v1/me", bearer=bearer)
    await administrator.close(clerk.account_id)

    own = await administrator.close(administrator.account_id)
    family = await administrator.close(me.body["account_id"])
    nobody = await administrator.close(uuid7())
    twice = await administrator.close(clerk.account_id)

    assert [(one.status, one.slug) for one in (own, family, nobody, twice)] == [
        (409, "account-not-closable"), (404, "not-found"), (404, "not-found"),
        (409, "account-not-closable"),
    ]  # fmt: skip
    assert await world.me(administrator.token) == 200
    assert await world.me(bearer) == 200
    outcomes = [row["outcome"] for row in await audited(world, "close-staff-account")]
    assert outcomes == [
        "done", "account-not-closable", "not-found", "not-found", "account-not-closable",
    ]  # fmt: skip


async def test_r_14_neither_link_nor_password_of_staff_stands_in_a_row_that_can_be_read(
    world: World, administrator: Staff
) -> None:
    await administrator.create(key="k-2")
    token = await world.activation_token()
    credentials = await activated(world)
    await administrator.close(
        (await administrator.create(email="otra@example.org")).body["account_id"]
    )

    content = await everything(world)

    assert "nueva@example.org" in content
    assert token not in content
    assert credentials["temporary_password"] not in content


async def test_r_14_of_two_administrators_who_close_each_other_one_is_left(
    world: World, administrator: Staff
) -> None:
    for number in range(5):
        other = await staff(world, "administrator", email=f"otra{number}@example.org")

        await asyncio.gather(
            administrator.close(other.account_id), other.close(administrator.account_id)
        )

        left = [one for one in (administrator, other) if await world.me(one.token) == 200]
        assert len(left) == 1
        administrator = left[0]


async def test_r_14_a_log_in_during_the_closure_leaves_no_session(
    world: World, administrator: Staff
) -> None:
    made = await administrator.create()
    credentials = await activated(world)
    account_id = made.body["account_id"]

    logged_in, closed = await asyncio.gather(
        world.log_in("nueva@example.org", credentials["temporary_password"]),
        administrator.close(account_id),
    )

    assert closed.status == 200
    assert logged_in.status in {201, 401}
    if logged_in.status == 201:
        assert await world.me(logged_in.body["access_token"]) == 401
    async with world.database.connection() as connection:
        left = await connection.fetchval(
            "SELECT count(*) FROM sessions WHERE account_id = $1 AND ended_at IS NULL", account_id
        )
    assert left == 0
