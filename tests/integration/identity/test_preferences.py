"""Reminders on or off, told to who mails them (R-50)."""

from typing import Any

import pytest
from builders.identity import World

PATH = "/v1/me/preferences"


async def test_reminders_are_on_until_the_owner_turns_them_off_and_others_are_told(
    world: World, tokens: dict[str, Any]
) -> None:
    bearer = tokens["access_token"]
    before = await world.call("GET", PATH, bearer=bearer)

    for _ in range(2):
        answer = await world.call("PUT", PATH, {"reminders": False}, bearer=bearer)
        assert (answer.status, answer.body) == (200, {"reminders": False})

    assert before.body == {"reminders": True}
    assert (await world.call("GET", PATH, bearer=bearer)).body == {"reminders": False}
    told = await world.events("identity.contact.changed")
    assert [one["data"]["reminders"] for one in told] == [True, False]
    assert [one["sequence"] for one in told] == ["0000000001", "0000000002"]


@pytest.mark.parametrize("body", [{}, {"reminders": "no"}, {"reminders": 0}, {"reminders": None}])
async def test_what_is_no_yes_or_no_is_refused(
    world: World, tokens: dict[str, Any], body: dict[str, Any]
) -> None:
    answer = await world.call("PUT", PATH, body, bearer=tokens["access_token"])

    assert (answer.status, answer.slug) == (422, "invalid-request")


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_without_a_session_there_are_no_preferences(world: World, method: str) -> None:
    body = {"reminders": True} if method == "PUT" else None

    assert (await world.call(method, PATH, body)).status == 401
