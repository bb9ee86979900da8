"""The replay's clients against a running system: long sessions, and calls that nobody answers."""

import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from builders.system import Person, System

from deploy.local.balance.journal import Journal, read
from deploy.local.replay.attempt import Attempt
from deploy.local.replay.client import Client
from deploy.local.replay.session import log_in
from deploy.local.replay.undecided import settle
from shared.ids import uuid7

SAME_ACCOUNT = """
SELECT count(*) FROM appointments
WHERE account_id = (SELECT account_id FROM appointments WHERE appointment_id = $1)
"""


async def test_r_13_a_slow_replay_outlives_its_access_tokens(
    system: System, people: Callable[[int], Awaitable[list[Person]]]
) -> None:
    (person,) = await people(1)
    async with aiohttp.ClientSession(system.local["gateway_second_listener"]) as http:
        client = Client(http, system.local["portal_credential"], "10.255.0.2")
        session = await log_in(client, person.username, person.password)
        first = session._access
        assert (await session.call("GET", "/v1/me")).status == 200
        assert session._access == first
        session._fresh_until = time.monotonic()
        assert (await session.call("GET", "/v1/me")).status == 200
        assert session._access != first


async def test_r_35_a_booking_without_an_answer_is_settled_under_its_own_key(
    system: System, people: Callable[[int], Awaitable[list[Person]]], tmp_path: Path
) -> None:
    (person,) = await people(1)
    slot = await person.first_slot()
    journal = Journal.opened(tmp_path / "journal.jsonl")
    pid = system.pid("scheduling")
    async with aiohttp.ClientSession(system.local["gateway_second_listener"]) as http:
        client = Client(http, system.local["portal_credential"], "10.255.0.1")
        session = await log_in(client, person.username, person.password)
        attempt = Attempt(uuid7(), 0, session, slot["id"], journal)
        os.kill(pid, signal.SIGSTOP)
        try:
            unanswered = await attempt.call()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert not attempt.told(unanswered)
        assert await settle([attempt], seconds=20) == []
    journal.close()
    told = read(tmp_path / "journal.jsonl").settled()[attempt.op]
    assert told.outcome == "ok"
    assert await system.value("scheduling", SAME_ACCOUNT, told.appointment_id) == 1
