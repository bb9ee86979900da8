"""Gives the demo's first family records: its doctor prescribes and certifies, over the public API.

Once for a system: what was made is written down, and a start that finds it there makes nothing.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from deploy.local.errors import DiedEarly
from deploy.local.prepare import Demo
from deploy.local.remembered import write_private
from deploy.local.system import Surroundings
from shared.clock import local_day, now
from shared.profile import load_profile

_SECONDS: Final = 10.0
_SEALED_WITHIN: Final = 60.0
_ROUTINE: Final = {
    "dose": "1 tableta",
    "route": "oral",
    "frequency": "cada 8 horas",
    "duration": "5 días",
    "quantity": 1,
    "instructions": "Receta de muestra: no es una indicación médica.",
}
_FREE_TEXT: Final = _ROUTINE | {"name": "Solución salina de muestra", "dose": "2 gotas"}


@dataclass(slots=True)
class _Client:
    """Calls of one login."""

    session: aiohttp.ClientSession
    token: str

    async def get(self, path: str) -> Any:
        return await _answer(self.session, "GET", path, None, token=self.token)

    async def post(self, path: str, body: object, key: str) -> Any:
        return await _answer(self.session, "POST", path, body, token=self.token, key=key)


async def demo_records(around: Surroundings, demo: Demo, made: Path) -> bool:
    """Whether anything was made now. Raises `DiedEarly` when a call is refused."""
    if made.exists():  # noqa: ASYNC240  # once, at the start
        return False
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(around.public_url, timeout=timeout) as session:
        family, doctor, officer = [
            await _logged_in(session, demo, role) for role in ("affiliate", "doctor", "authoriser")
        ]
        told = await _make(around, family, doctor, officer)
    write_private(made, json.dumps(told))
    return True


async def _make(
    around: Surroundings, family: _Client, doctor: _Client, officer: _Client
) -> dict[str, list[str]]:
    """Two prescriptions for each of two members; one leave that is sealed, one that waits."""
    members = (await family.get("/v1/members"))["items"]
    unit = (await doctor.get("/v1/me"))["unit"]
    patients = [one for one in members if one["covered"] and one["home_unit"]["code"] == unit][:2]
    known = (await doctor.get("/v1/staff/medications?query=paracetamol"))["items"]
    coded = [_ROUTINE | {"code": one["code"]} for one in known[:1]]
    prescribed = []
    for patient in patients:
        for place, medications in enumerate(([*coded, _FREE_TEXT], [_FREE_TEXT])):
            body = {"member_id": patient["id"], "medications": medications}
            key = f"demo-prescription-{patient['id']}-{place}"
            prescribed.append((await doctor.post("/v1/staff/prescriptions", body, key))["id"])
    leaves = []
    if patients and patients[0]["holder"]:
        for place, days in enumerate((3, 7)):
            leaves.append(await _leave(around, doctor, patients[0]["id"], days, place))
        path = f"/v1/staff/sick-leaves/{leaves[0]}/authorisation"
        await officer.post(path, {}, "demo-authorisation")
        await _sealed(family)
    return {"prescriptions": prescribed, "sick_leaves": leaves}


async def _leave(
    around: Surroundings, doctor: _Client, member_id: str, days: int, place: int
) -> str:
    diagnosis = (await doctor.get("/v1/staff/diagnoses?query=J00"))["items"][0]["code"]
    today = local_day(now(), load_profile(around.profile).zone_info)
    body = {
        "member_id": member_id,
        "starts_on": today.isoformat(),
        "days": days,
        "kind": "illness",
        "diagnosis": diagnosis,
    }
    made = await doctor.post("/v1/staff/sick-leaves", body, f"demo-sick-leave-{place}")
    return str(made["id"])


async def _sealed(family: _Client) -> None:
    """Waits for the seal, so that the demo begins with a paper to print."""
    deadline = time.monotonic() + _SEALED_WITHIN
    while not (await family.get("/v1/sick-leaves"))["items"]:
        if time.monotonic() > deadline:
            raise DiedEarly(f"the demo's sick leave is not sealed after {_SEALED_WITHIN:.0f} s")
        await asyncio.sleep(1.0)


async def _logged_in(session: aiohttp.ClientSession, demo: Demo, role: str) -> _Client:
    login = next(one for one in demo.logins if one["role"] == role)
    body = {"username": login["username"], "password": login["password"]}
    answer = await _answer(session, "POST", "/v1/sessions", body)
    return _Client(session, answer["access_token"])


async def _answer(
    session: aiohttp.ClientSession,
    method: str,
    path: str,
    body: object,
    *,
    token: str = "",
    key: str = "",
) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    async with session.request(method, path, json=body, headers=headers) as answer:
        content = await answer.json()
        if not answer.ok:
            raise DiedEarly(f"the demo's {method} {path.partition('?')[0]}: {content['type']}")
        return content
