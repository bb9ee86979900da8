"""Makes the demo institute's doctors and weekly templates for the people of a roll (R-31).

`python -m deploy.local.agendas ROLL.csv OUT.json` reads which units the roll lives in and writes
one JSON document, which `python -m scheduling load-agendas FILE` loads and publishes:

    {"doctors":   [{"doctor_id": "7c4e...", "name": "Dra. Ana Ejemplo Muestra",
                    "unit": "BCIMB000384", "shift": "morning", "service": "medicina_general"}],
     "templates": [{"doctor_id": "7c4e...", "service": "medicina_general", "weekdays": [1, 2, 3],
                    "from": "07:00", "to": "13:00", "slot_minutes": 20, "web_quota": 12}],
     "publish":   {"from": "2026-11-23", "days": 30}}

`weekdays` are ISO (1 is Monday), `from` and `to` are wall times of the unit's zone, `to` is when
the last slot has ended, `web_quota` is of each day. A doctor has one template, in one service. The
ids depend on profile, unit, service and place alone: making the file again names the same doctors.
"""

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final, Literal
from uuid import NAMESPACE_URL, uuid5

import typer

from deploy.local import demo_names
from deploy.local.demo_roll import Sex
from deploy.local.people import INSTITUTES
from shared.clock import local_day, now
from shared.profile import Profile, ProfileInvalid, Service, load_profile

Shift = Literal["morning", "evening"]

_HOURS: Final[dict[Shift, tuple[str, str]]] = {
    "morning": ("07:00", "13:00"),
    "evening": ("14:00", "20:00"),
}
_GENERAL: Final = "medicina_general"
_DENTAL: Final = "odontologia"
_MEMBERS_PER_GENERAL: Final = 300
_MEMBERS_PER_DENTAL: Final = 1500
_UNITS_WITH_EVERY_OPEN_SERVICE: Final = 10
_UNITS_WITH_SPECIALTIES: Final = 3
_UNITS_OPEN_ON_SATURDAY: Final = 10


@dataclass(frozen=True, slots=True)
class Post:
    """A doctor in a unit, with the weekly hours in which the doctor sees people."""

    doctor_id: str
    name: str
    unit: str
    shift: Shift
    service: str
    weekdays: tuple[int, ...]
    slot_minutes: int
    web_quota: int


def posts(profile: Profile, members: Mapping[str, int]) -> Iterator[Post]:
    """The doctors for units with so many members each, the busiest unit first.

    Every unit has general medicine in the morning and in the evening, and a dentist; more of both
    as its members grow. The busiest have the other open services, and a few the specialties.
    """
    busiest = sorted(members, key=lambda unit: (-members[unit], unit))
    for rank, unit in enumerate(busiest):
        for service in profile.services:
            for place in range(_doctors(service, rank, members[unit])):
                yield _post(profile, unit, service, place, saturday=rank < _UNITS_OPEN_ON_SATURDAY)


def _doctors(service: Service, rank: int, members: int) -> int:
    if service.code == _GENERAL:
        return max(2, math.ceil(members / _MEMBERS_PER_GENERAL))
    if service.code == _DENTAL:
        return max(1, math.ceil(members / _MEMBERS_PER_DENTAL))
    limit = _UNITS_WITH_SPECIALTIES if service.needs_referral else _UNITS_WITH_EVERY_OPEN_SERVICE
    return 1 if rank < limit else 0


def _post(profile: Profile, unit: str, service: Service, place: int, *, saturday: bool) -> Post:
    key = f"{profile.code}/{unit}/{service.code}/{place}"
    # The dice only have to fall the same way every time; nothing here is a secret.
    draw = Random(key)  # noqa: S311  # generated demo doctors
    sex: Sex = draw.choice(("F", "M"))
    title = "Dra." if sex == "F" else "Dr."
    names = (demo_names.given_names(draw, sex), demo_names.surname(draw), demo_names.surname(draw))
    general = service.code == _GENERAL
    shift: Shift = "evening" if place % 2 else "morning"
    return Post(
        doctor_id=str(uuid5(NAMESPACE_URL, f"urn:sisa:demo:{key}")),
        name=" ".join((title, *names)),
        unit=unit,
        shift=shift,
        service=service.code,
        weekdays=(1, 2, 3, 4, 5, 6)
        if general and saturday and shift == "morning"
        else tuple(range(1, 6)),
        slot_minutes=20 if general else 30,
        web_quota=12 if general else 8,
    )


def document(
    profile: Profile, members: Mapping[str, int], first: date, days: int
) -> dict[str, Any]:
    """The whole file, as JSON values; its shape stands at the top of this module."""
    made = list(posts(profile, members))
    return {
        "doctors": [
            {
                "doctor_id": post.doctor_id,
                "name": post.name,
                "unit": post.unit,
                "shift": post.shift,
                "service": post.service,
            }
            for post in made
        ],
        "templates": [
            {
                "doctor_id": post.doctor_id,
                "service": post.service,
                "weekdays": list(post.weekdays),
                "from": _HOURS[post.shift][0],
                "to": _HOURS[post.shift][1],
                "slot_minutes": post.slot_minutes,
                "web_quota": post.web_quota,
            }
            for post in made
        ],
        "publish": {"from": first.isoformat(), "days": days},
    }


def members_of_units(roll: Path) -> Counter[str]:
    """How many people of a roll's file belong to each unit; read line by line."""
    with roll.open(encoding="utf-8", newline="") as file:
        return Counter(row["home_unit"] for row in csv.DictReader(file))


def main(
    roll: Annotated[Path, typer.Argument(help="The roll's CSV file.", exists=True)],
    out: Annotated[Path, typer.Argument(help="The JSON file to write.")],
    institute: Annotated[str, typer.Option(envvar="INSTITUTE")] = "issstecali",
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="By default today there."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366)] = 30,
) -> None:
    """Writes doctors, weekly templates and the range of days to publish."""
    try:
        profile = load_profile(INSTITUTES / institute)
    except ProfileInvalid as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    day = first.date() if first else local_day(now(), profile.zone_info)
    made = document(profile, members_of_units(roll), day, days)
    out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"{len(made['doctors'])} doctors in their units written to {out}")


if __name__ == "__main__":
    typer.run(main)
