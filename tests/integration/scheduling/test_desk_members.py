"""Staff find members (R-33): by number, by name without accents, by folio; their unit's alone."""

import json
from datetime import timedelta
from typing import Any

import pytest
from builders.desk import Clerk, audited, clerk, named, sanctioned
from builders.scheduling import GENERAL, MONDAY, NOW, OTHER_UNIT, World
from builders.scheduling_api import Api

APOSTROPHE = "Mariana O\u2019Ejemplo Muestra"


async def names(desk: Clerk, query: str) -> list[str]:
    answer = await desk.get(f"/v1/staff/members?query={query}")
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.body["items"]]


@pytest.fixture
async def people(world: World) -> dict[str, Any]:
    made = {
        "María Muñoz de la Ñuela": "70000001",
        "MARIA José Núñez-Ibáñez": "70000002",
        APOSTROPHE: "70000003",
    }
    ids = {}
    for name, number in made.items():
        family = await world.family()
        await named(world, family.holder, name, number)
        ids[number] = family
    return ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("munoz maria", ["María Muñoz de la Ñuela"]),
        ("MARÍA", ["MARIA José Núñez-Ibáñez", "María Muñoz de la Ñuela", APOSTROPHE]),
        ("iban jos", ["MARIA José Núñez-Ibáñez"]),
        ("nuela", ["María Muñoz de la Ñuela"]),
        ("o'ejem", [APOSTROPHE]),
        ("uñoz", []),
        ("maria perez", []),
        ("mar' :* | !jos%5C%26", ["MARIA José Núñez-Ibáñez"]),
        ("'':* | !", None),
        ("7000 0002", ["MARIA José Núñez-Ibáñez"]),
        ("7000000", []),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("people")
async def test_r_33_words_in_any_order_each_from_its_beginning_without_accents_or_case(
    api: Api, query: str, found: list[str] | None
) -> None:
    answer = await clerk(api).get(f"/v1/staff/members?query={query}")

    if found is None:
        assert (answer.status, answer.slug) == (400, "malformed-request")
    else:
        assert sorted(item["name"] for item in answer.body["items"]) == sorted(found)


async def test_r_33_the_search_by_name_goes_by_its_index(world: World) -> None:
    async with world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO member_descriptions SELECT gen_random_uuid(),"
            " 'Persona ' || md5(n::text), n::text, '1980-01-01', 1, now()"
            " FROM generate_series(1, 5000) AS n"
        )
        await tx.execute("ANALYZE member_descriptions")
        plan = await tx.fetch(
            "EXPLAIN SELECT FROM member_descriptions"
            " WHERE array_to_tsvector(name_words(display_name)) @@ name_query('pers abcd')"
        )
    assert "members_by_name" in "".join(row[0] for row in plan)


async def test_r_33_a_member_is_told_with_what_tells_homonyms_apart(
    world: World, api: Api, people: dict[str, Any]
) -> None:
    family = people["70000001"]
    day = await world.day()
    booked = json.loads(await world.book(family, day.slots[0]))
    until = NOW + timedelta(days=3)
    await sanctioned(world, family.family_id, booked["id"], until)

    answer = await clerk(api).get(f"/v1/staff/members?query={booked['folio'].lower()}")

    (item,) = answer.body["items"]
    assert item["affiliation_number"] == "70000001"
    assert (item["birth_on"], item["holder"], item["relation"]) == ("1980-01-01", True, "holder")
    assert (item["covered"], item["covered_until"]) == (True, None)
    assert item["sanctioned_until"] == until.isoformat().replace("+00:00", "Z")
    assert "serial" not in json.dumps(answer.body)


async def test_r_20_who_lapsed_is_found_and_told_so(world: World, api: Api) -> None:
    family = await world.family(valid_to=MONDAY - timedelta(days=30))
    await named(world, family.holder, "Vencida Ejemplo", "70000009")

    (item,) = (await clerk(api).get("/v1/staff/members?query=vencida")).body["items"]

    assert (item["covered"], item["covered_until"]) == (False, "2031-02-01")


async def test_r_33_unit_bound_staff_find_their_unit_and_operators_every_unit(
    world: World, api: Api
) -> None:
    here, there = await world.family(), await world.family(unit=OTHER_UNIT)
    await named(world, here.holder, "Lugar Aquí")
    await named(world, there.holder, "Lugar Allá")

    assert await names(clerk(api), "lugar") == ["Lugar Aquí"]
    assert await names(clerk(api, "doctor"), "lugar") == ["Lugar Aquí"]
    assert await names(clerk(api, "archive", unit=OTHER_UNIT), "lugar") == ["Lugar Allá"]
    assert await names(clerk(api, "operator"), "lugar") == ["Lugar Allá", "Lugar Aquí"]
    hidden = await clerk(api).get(f"/v1/staff/members/{there.holder}/services")
    unknown = await clerk(api).get(f"/v1/staff/members/{there.family_id}/services")
    assert hidden.slug == unknown.slug == "not-found"


async def test_pages_of_members_follow_one_another_and_their_cursor_holds_no_name(
    world: World, api: Api
) -> None:
    for place in range(5):
        await named(world, (await world.family()).holder, f"Página {place % 2}")
    desk, seen, cursor = clerk(api), list[str](), ""
    while True:
        path = f"/v1/staff/members?query=pagina&limit=2{cursor and f'&cursor={cursor}'}"
        answer = await desk.get(path)
        seen += [item["id"] for item in answer.body["items"]]
        cursor = answer.body["next"]
        if cursor is None:
            break
        assert len(cursor) == 22

    assert len(set(seen)) == len(seen) == 5


async def test_every_search_leaves_its_row_with_who_was_shown(world: World, api: Api) -> None:
    family = await world.family()
    await named(world, family.holder, "Auditada Ejemplo")
    desk = clerk(api)

    await names(desk, "auditada")

    (row,) = await audited(world, "find-members")
    assert (row["actor_id"], row["subjects"]) == (desk.account_id, [family.holder])
    assert (row["outcome"], row["reason"]) == ("done", None)


@pytest.mark.parametrize("query", ["", "?query=ab", "?query=%20%20%20", "?query=abc&limit=101"])
async def test_a_search_for_too_little_is_malformed(api: Api, query: str) -> None:
    assert (await clerk(api).get(f"/v1/staff/members{query}")).slug == "malformed-request"


async def test_r_33_the_counter_sees_the_whole_agenda_and_the_next_minute(
    world: World, api: Api
) -> None:
    family, other = await world.family(), await world.family()
    day = await world.day(slots=3, quota=1)
    await world.book(other, day.slots[0])
    api.clock.set(day.starts[1] - timedelta(minutes=1))
    desk, base = clerk(api), f"/v1/staff/members/{family.holder}"

    services = (await desk.get(f"{base}/services")).body["items"]
    doctors = (await desk.get(f"{base}/doctors?service={GENERAL}")).body["items"]
    days = (await desk.get(f"{base}/availability?service={GENERAL}&to={MONDAY}")).body["days"]
    slots = (await desk.get(f"{base}/slots?service={GENERAL}&date={MONDAY}")).body["items"]
    first = (await desk.get(f"{base}/slots?service={GENERAL}&first=true")).body["items"]

    assert {item["code"]: item["bookable"] for item in services}[GENERAL]
    assert [item["id"] for item in doctors] == [str(day.doctor_id)]
    (shown,) = days
    assert (shown["total"], shown["taken"], shown["free"]) == (3, 1, 2)
    assert (shown["web_used"], shown["web_left"], shown["desk_free"]) == (1, 0, 2)
    assert [item["id"] for item in slots] == [str(slot) for slot in day.slots[1:]]
    assert [item["id"] for item in first] == [str(day.slots[1])]
