"""Loads the demo institute: roll, agendas for 30 days, catalogues, one account of each role.

`python -m deploy.local.demo --output FILE`, given all services' settings, is called at every start
of the system: what stands already stays, and agendas go on from today.
"""

import asyncio
import csv
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import asyncpg
import typer

from deploy.local.agendas import document, members_of_units
from deploy.local.demo_staff import demo_staff
from deploy.local.people import INSTITUTES, write_roll
from deploy.local.remembered import write_private
from shared.clock import local_day, now
from shared.profile import Profile, load_profile

SPARE_AT_MOST: Final = 5000
DAYS: Final = 31

_REGISTERED = """
SELECT holder_number FROM families JOIN accounts USING (family_id) WHERE state <> 'closed'
"""


class DemoFailed(Exception):
    """A service's own command refused; its output says why."""


async def _command(module: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise DemoFailed(f"{module} {words[0]}: {output.decode(errors='replace')[-2000:]}")


def _roll(profile: Profile, folder: Path, families: int) -> Path:
    """The roll's file, made once for so many families: accounts stand on its people."""
    path = folder / f"roll-{families}.csv"
    if not path.exists():
        write_roll(profile, path, families, local_day(now(), profile.zone_info))
    return path


def _agendas(profile: Profile, folder: Path, roll: Path) -> Path:
    path = folder / "agendas.json"
    today = local_day(now(), profile.zone_info)
    made = document(profile, members_of_units(roll), today, DAYS)
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return path


async def _login(folder: Path, roll: Path) -> dict[str, str]:
    """The first family's account, activated once by identity's own use cases."""
    kept = folder / "login.json"
    if not kept.exists():
        number, made = folder / "first.txt", folder / "activated.jsonl"
        number.write_text(next(_holders(roll))["affiliation_number"] + "\n", encoding="utf-8")
        await _command("identity", "activate-demo", str(made), "--numbers", str(number))
        write_private(kept, made.read_text("utf-8").splitlines()[0])
        made.unlink()
    login: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return {"role": "affiliate", "username": login["username"], "password": login["password"]}


async def _staff_logins(folder: Path, roll: Path, agendas: Path) -> list[dict[str, str]]:
    """One account of each staff role, made once by identity's own use cases."""
    kept = folder / "staff.json"
    if not kept.exists():
        wanted = demo_staff(roll, agendas)
        file, made = folder / "staff-wanted.json", folder / "staff-activated.jsonl"
        file.write_text(json.dumps(wanted, ensure_ascii=False), encoding="utf-8")
        await _command("identity", "activate-demo-staff", str(file), str(made))
        logins = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
        roles = {one["email"]: one["role"] for one in wanted}
        told = [{"role": roles[login["username"]], **login} for login in logins]
        write_private(kept, json.dumps(told))
        made.unlink()
    staff: list[dict[str, str]] = json.loads(kept.read_text("utf-8"))
    return staff


def _holders(roll: Path) -> Iterator[dict[str, str]]:
    """Number and serial of the holders who can register today and for a month on."""
    today = now().date().isoformat()
    with roll.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            covered = row["valid_from"] <= today and not row["valid_to"]
            if row["relation"] == "holder" and row["serial_number"] and covered:
                yield {key: row[key] for key in ("affiliation_number", "serial_number")}


async def _spare(roll: Path) -> list[dict[str, str]]:
    """Families that have not registered; all live in units whose agendas stand."""
    folder = Path(os.environ["IDENTITY_SECRETS_DIR"])
    url = (folder / "identity_database_url").read_text("utf-8").strip()  # once
    connection = await asyncpg.connect(url)
    try:
        taken = {row["holder_number"] for row in await connection.fetch(_REGISTERED)}
    finally:
        await connection.close()
    free = (family for family in _holders(roll) if family["affiliation_number"] not in taken)
    return [family for family, _ in zip(free, range(SPARE_AT_MOST), strict=False)]


async def load(profile: Profile, folder: Path, families: int) -> dict[str, object]:
    """Everything in order; returns `{logins, spare_families}`."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # once, before anything else
    roll = _roll(profile, folder, families)
    await _command("identity", "load-roll", str(roll), "--confirm")
    agendas = _agendas(profile, folder, roll)
    await _command("scheduling", "load-agendas", str(agendas))
    for catalogue in ("medications", "diagnoses"):
        file = INSTITUTES / profile.code / f"{catalogue}.csv"
        if file.exists():
            await _command("clinical_records", f"load-{catalogue}", str(file))
    logins = [await _login(folder, roll), *await _staff_logins(folder, roll, agendas)]
    return {"logins": logins, "spare_families": await _spare(roll)}


def main(
    output: Annotated[Path, typer.Option(help="Where to write logins and spare families.")],
    institute: Annotated[str, typer.Option(envvar="INSTITUTE")] = "issstecali",
    families: Annotated[int, typer.Option(envvar="DEMO_FAMILIES", min=300)] = 1000,
) -> None:
    """Loads the demo institute, or sees that it is loaded."""
    profile = load_profile(INSTITUTES / institute)
    try:
        made = asyncio.run(load(profile, output.parent / "demo", families))
    except DemoFailed as failure:
        typer.echo(failure, err=True)
        raise typer.Exit(1) from None
    write_private(output, json.dumps(made, ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
