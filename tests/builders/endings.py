"""The ways in which a session of a running system is ended by somebody else's hand or one's own."""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from builders.system import Answer, System
from deploy.local.environments import base
from shared.ids import uuid7

_TOKEN = re.compile(r"/(?:recuperar|correo)\?token=([A-Za-z0-9_-]{43})")
# A network set aside for measurements (RFC 2544).
_ADDRESSES = iter(f"198.19.{place // 250}.{place % 250 + 1}" for place in range(60_000))


@dataclass(slots=True)
class Owner:
    """An account and what its owner knows; what an ending changes is changed here too."""

    system: System
    username: str
    password: str
    serial: str = ""
    """Empty for staff."""
    email: str = ""
    address: str = field(default_factory=lambda: next(_ADDRESSES))
    """The browser's, as the gateway's second listener is told it: limits per address are real."""

    async def log_in(self) -> dict[str, str]:
        """A new session's tokens, and its id as `session_id`."""
        body = {"username": self.username, "password": self.password}
        answer = await self.ask("POST", "/v1/sessions", json=body)
        assert answer.status == 201, answer.body
        tokens: dict[str, str] = answer.json()
        listed = await self.ask("GET", "/v1/sessions", token=tokens["access_token"])
        current = next(one["id"] for one in listed.json()["items"] if one["current"])
        return tokens | {"session_id": current}

    async def ask(self, method: str, path: str, **given: object) -> Answer:
        """Through the gateway's second listener, from the owner's own address."""
        local = self.system.local
        headers = {
            "Sisa-Client-Address": self.address,
            "Sisa-Portal-Credential": local["portal_credential"],
        }
        listener = local["gateway_second_listener"]
        return await self.system.call(method, path, base=listener, headers=headers, **given)  # type: ignore[arg-type]  # as `call` takes them

    async def mailed_token(self, to: str) -> str:
        """The token of the link that was mailed; a mailbox gets one."""
        return (await self.system.mailed(to, _TOKEN))[1]


Tokens = dict[str, str]
Ending = Callable[[Owner, Tokens], Awaitable[Answer]]
"""Ends the session of these tokens and returns the answer after which it must be over."""


async def log_out(owner: Owner, victim: Tokens) -> Answer:
    return await owner.ask("DELETE", "/v1/sessions/current", token=victim["access_token"])


async def close_one(owner: Owner, victim: Tokens) -> Answer:
    other = await owner.log_in()
    path = f"/v1/sessions/{victim['session_id']}"
    return await owner.ask("DELETE", path, token=other["access_token"])


async def close_all(owner: Owner, _victim: Tokens) -> Answer:
    other = await owner.log_in()
    return await owner.ask("DELETE", "/v1/sessions", token=other["access_token"])


async def change_password(owner: Owner, _victim: Tokens) -> Answer:
    other = await owner.log_in()
    chosen = f"cuatro caballos {uuid7().hex}"
    body = {"current_password": owner.password, "new_password": chosen}
    answer = await owner.ask("PUT", "/v1/me/password", token=other["access_token"], json=body)
    owner.password = chosen
    assert (await owner.ask("GET", "/v1/me", token=other["access_token"])).status == 200
    return answer


async def recover(owner: Owner, _victim: Tokens) -> Answer:
    asked = await owner.ask("POST", "/v1/password-resets", json={"username": owner.username})
    assert asked.status == 202, asked.body
    body = {"token": await owner.mailed_token(owner.email)}
    answer = await owner.ask("POST", "/v1/password-resets/confirmations", json=body)
    owner.password = answer.json()["temporary_password"]
    return answer


async def change_email(owner: Owner, _victim: Tokens) -> Answer:
    other = await owner.log_in()
    new = f"nueva-{uuid7().hex}@example.org"
    wanted = {
        "affiliation_number": owner.username,
        "serial_number": owner.serial,
        "email": new,
    }
    asked = await owner.ask("POST", "/v1/accounts/reactivations", json=wanted)
    assert asked.status == 202, asked.body
    body = {"token": await owner.mailed_token(new)}
    path = "/v1/accounts/email-confirmations"
    answer = await owner.ask("POST", path, token=other["access_token"], json=body)
    assert answer.json()["state"] == "done", answer.body
    owner.email = new
    return answer


async def be_closed(owner: Owner, victim: Tokens) -> Answer:
    """A staff account, closed by an administrator."""
    me = (await owner.ask("GET", "/v1/me", token=victim["access_token"])).json()
    login = next(one for one in owner.system.facts["logins"] if one["role"] == "administrator")
    chief = Owner(owner.system, login["username"], login["password"])
    return await owner.ask(
        "POST",
        f"/v1/staff/accounts/{me['account_id']}/closure",
        token=(await chief.log_in())["access_token"],
        key=str(uuid7()),
        json={"reason": "Fin del encargo."},
    )


OF_FAMILIES: tuple[Ending, ...] = (
    log_out, close_one, close_all, change_password, recover, change_email,
)  # fmt: skip


async def families(system: System, count: int) -> list[Owner]:
    """So many spare families with accounts, made by identity's own command."""
    spare = [system.spare_family() for _ in range(count)]
    numbers = system.folder / f"{uuid7().hex}.txt"
    numbers.write_text("".join(f"{family['affiliation_number']}\n" for family in spare))
    logins = await _made(system, "activate-demo", "{out}", "--numbers", str(numbers))
    serials = {family["affiliation_number"]: family["serial_number"] for family in spare}
    return [
        Owner(system, name, password, serials[name], f"titular.{name.lower()}@example.org")
        for name, password in logins
    ]


async def auditors(system: System, count: int) -> list[Owner]:
    """So many staff members, made by identity's own command."""
    file = system.folder / f"{uuid7().hex}.json"
    wanted = [
        {"role": "auditor", "email": f"auditora-{uuid7().hex}@example.org", "name": "Generada"}
        for _ in range(count)
    ]
    file.write_text(json.dumps(wanted))
    logins = await _made(system, "activate-demo-staff", str(file), "{out}")
    return [Owner(system, name, password, email=name) for name, password in logins]


async def _made(system: System, *words: str) -> list[tuple[str, str]]:
    out = system.folder / f"{uuid7().hex}.jsonl"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "identity", *(word.format(out=out) for word in words)),
        env=base() | system.identity_environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    logins = [json.loads(line) for line in out.read_text().splitlines()]
    return [(login["username"], login["password"]) for login in logins]
