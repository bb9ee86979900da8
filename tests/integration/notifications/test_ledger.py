"""The ledger for staff: looked up by id, folio and address, told in words, sent anew (R-52)."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from builders.mail_api import OPERATIONS, OTHER_UNIT, UNIT, Api, person
from builders.mail_facts import Family, booked, cancelled
from builders.notifications import World

from notifications.domain.mails import Reason
from notifications.rendering.reasons import WHY
from shared.auth import Role
from shared.contracts.scheduling import folio
from shared.ids import uuid7

ADMINISTRATOR = person("administrator")
HELPERS = {"administrator", "operator", "front_desk"}
ALLOWED = {
    "search-mails": HELPERS,
    "resend-mail": HELPERS,
    "read-mail-figures": {"administrator", "auditor"},
    "read-audit": {"administrator", "auditor"},
}
CALLERS = ("anonymous", *get_args(Role))


async def sent(world: World, family: Family) -> Any:
    """A booking of the family's that was mailed, as the ledger's row."""
    booking = booked(family)
    cause = await world.arrives(booking)
    async with world.sending():
        await world.becomes(("sent", None))
    (mail,) = [mail for mail in await world.mails() if mail["cause"] == cause]
    return mail


async def test_r_52_a_mail_is_found_by_every_id_folio_and_address_and_shows_no_person(
    world: World, api: Api
) -> None:
    family = await world.knows(Family())
    mail = await sent(world, family)
    other = await world.knows(Family())
    await world.arrives(booked(other))
    queries = [
        mail["mail_id"], mail["cause"], mail["appointment_id"], family.account_id,
        family.family_id, family.member_id, family.email, family.email.upper(),
        folio(mail["appointment_id"]), folio(mail["appointment_id"]).lower(),
    ]  # fmt: skip
    for query in queries:
        found = await api.search(ADMINISTRATOR, str(query))
        assert str(mail["mail_id"]) in {one["id"] for one in found}, query
        assert {one["folio"] for one in found} == {folio(mail["appointment_id"])}, query
        shown = str(found)
        for personal in (family.email, family.name, family.person):
            assert personal not in shown


async def test_r_52_a_contact_message_is_found_by_its_folio(api: Api) -> None:
    written = (await api.write()).body["folio"]
    found = await api.search(ADMINISTRATOR, written)
    assert {one["template"] for one in found} == {"contact_message", "contact_acknowledged"}
    assert {one["folio"] for one in found} == {written}


@pytest.mark.parametrize(
    "query", ["nadie@example.org", "ZZZZ-ZZZZ-ZZZZ", "00000000-0000-7000-8000-000000000000",
              "persona", "%", "' OR 1=1 --"],
)  # fmt: skip
async def test_what_is_not_there_is_not_found(world: World, api: Api, query: str) -> None:
    await world.arrives(booked(await world.knows(Family())))
    assert await api.search(ADMINISTRATOR, query) == []


async def test_r_52_failed_mails_say_why_in_words(world: World, api: Api) -> None:
    world.mail_server.mode = "550"
    await world.arrives(booked(await world.knows(Family())))
    async with world.sending():
        await world.becomes(("failed", "mailbox-refused"))
    (found,) = await api.search(ADMINISTRATOR, state="failed")
    assert (found["reason"], found["why"]) == ("mailbox-refused", WHY["mailbox-refused"])
    assert found["can_be_resent"]
    assert await api.search(ADMINISTRATOR, state="sent") == []


def test_every_reason_has_its_words() -> None:
    assert set(WHY) == set(Reason)


async def test_pages_follow_one_another_the_newest_first(world: World, api: Api) -> None:
    family = await world.knows(Family())
    for _ in range(5):
        await world.arrives(booked(family, starts_at=world.clock() + timedelta(hours=1)))
        world.clock.forward(seconds=1)
    pages: list[list[str]] = []
    cursor: str | None = None
    while cursor is not None or not pages:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        answer = await api.get("/v1/staff/mails", ADMINISTRATOR, **query)
        pages.append([one["created_at"] for one in answer.body["items"]])
        cursor = answer.body["next"]
    instants = [at for page in pages for at in page]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert instants == sorted(instants, reverse=True)
    assert len(set(instants)) == 5


async def test_at_a_desk_only_mails_of_the_units_families_are_there(world: World, api: Api) -> None:
    family = await world.knows(Family())
    mail = await sent(world, family)
    await api.write()
    near, far = person("front_desk", unit=UNIT), person("front_desk", unit=OTHER_UNIT)
    assert [one["id"] for one in await api.search(near, family.email) if one["settled_at"]] == [
        str(mail["mail_id"])
    ]
    assert await api.search(far, family.email) == []
    assert await api.search(far) == []
    not_theirs = await api.resend(far, mail["mail_id"])
    not_there = await api.resend(far, uuid7())
    assert (not_theirs.status, not_theirs.body["detail"]) == (404, not_there.body["detail"])
    assert (await api.resend(near, mail["mail_id"])).status == 201


async def test_delivery_figures_count_by_template_state_and_reason(world: World, api: Api) -> None:
    family = await world.knows(Family())
    await sent(world, family)
    booking = booked(family)
    await world.arrives(booking)
    await world.arrives(cancelled(booking), sequence=2)
    world.clock.forward(seconds=1)
    answer = await api.get("/v1/staff/mail-figures", ADMINISTRATOR)
    assert answer.status == 200, answer.body
    templates = {row["template"]: row for row in answer.body["templates"]}
    assert templates["appointment_booked"]["sent"] == 1
    assert templates["appointment_booked"]["suppressed"] == 1
    assert templates["appointment_booked"]["seconds_p99"] == 0
    assert templates["appointment_cancelled"]["queued"] == 1
    assert answer.body["planned"] == 2
    assert {"state": "suppressed", "reason": "superseded", "count": 3} in answer.body["reasons"]
    wrong = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-23T00:00:00Z"}
    assert (await api.get("/v1/staff/mail-figures", ADMINISTRATOR, **wrong)).status == 400


def test_every_staff_operation_stands_in_the_matrix() -> None:
    assert set(OPERATIONS) == set(ALLOWED)
    for name, operation in OPERATIONS.items():
        assert set(operation.roles or ()) == ALLOWED[name]
        assert operation.idempotent == (operation.method == "POST")


@pytest.mark.parametrize("operation", ALLOWED)
async def test_each_role_does_what_is_its_own_and_leaves_one_row(
    world: World, api: Api, operation: str
) -> None:
    mail = await sent(world, await world.knows(Family()))
    declared = OPERATIONS[operation]
    path = declared.path.replace("{mail_id}", str(mail["mail_id"]))
    resent, rows = 0, []
    for caller in CALLERS:
        by = None if caller == "anonymous" else person(caller)
        headers = {"Idempotency-Key": str(uuid7())} if declared.idempotent else {}
        answer = await api.call(declared.method, path, by, headers=headers)
        allowed = caller in ALLOWED[operation]
        expected = declared.status if allowed else 401 if by is None else 403
        assert answer.status == expected, (caller, answer.body)
        rows = await api.audited(operation)
        if by is not None:
            mine = [row for row in rows if row["actor_id"] == by.account_id]
            assert [(row["role"], row["outcome"]) for row in mine] == [
                (caller, "done" if allowed else answer.slug)
            ]
        resent += answer.status == 201
        assert len(await world.mails()) == 1 + resent
    assert len(rows) == len(CALLERS) - 1
