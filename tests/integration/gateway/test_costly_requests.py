"""Requests that may hash a password have half of a service's places, and no more (decision 5)."""

import asyncio

from builders.gateway import CREDENTIAL, gateway, settings
from fakes.neighbour import Neighbour

PORTAL = {"Sisa-Client-Address": "203.0.113.9", "Sisa-Portal-Credential": CREDENTIAL}
LOG_IN = b'{"username": "90000001", "password": "x"}'


async def test_log_ins_that_wait_leave_room_for_everything_else(
    identity: Neighbour, scheduling: Neighbour
) -> None:
    given = settings(identity.url, scheduling.url, portal_places=4)
    headers = PORTAL | {"Content-Type": "application/json"}
    async with gateway(given) as world:
        identity.mood = "hangs"
        waiting = [
            asyncio.create_task(
                world.call("POST", "/v1/sessions", body=LOG_IN, headers=headers, port=world.portal)
            )
            for _ in range(20)
        ]
        await asyncio.sleep(0.3)
        # Two of the four places hang; what is asked now finds one of the others.
        assert len([one for one in identity.asked if one.target == "/v1/sessions"]) == 2
        identity.mood = "answers"
        async with asyncio.timeout(1.0):
            got = await world.call("GET", "/v1/me", headers=PORTAL, port=world.portal)
        assert got.status == 200
        answers = await asyncio.gather(*waiting)

    # Those beyond the queue are refused at once, those that hung in time; each may come again.
    assert {answer.status for answer in answers} <= {200, 503}
    assert all(answer.headers["Retry-After"] == "2" for answer in answers if answer.status == 503)
