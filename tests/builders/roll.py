"""A roll for identity: lines that are valid by default, and what loads them."""

import base64
import csv
import io
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from identity.domain.roll_line import HEADER, Rules
from identity.repository.roll_loads import LoadCounts
from identity.sealing import Keyring
from identity.usecases.load_roll import load_roll
from shared.clock import local_day
from shared.database import Database
from shared.profile import load_profile

INSTITUTE = Path(__file__).parents[2] / "deploy" / "institutes" / "issstecali"
PROFILE = load_profile(INSTITUTE)
UNIT, OTHER_UNIT = PROFILE.units[0].code, PROFILE.units[1].code
NOW = datetime(2031, 3, 1, 18, 0, 0, 250_000, tzinfo=UTC)
TODAY = local_day(NOW, PROFILE.zone_info)
DELIVERY_KEY = base64.b64encode(bytes(range(32))).decode()
NUMBER, SERIAL = "90000001", "AAAA3333"
SPOUSE = "90000002"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll as text, valid by default: a covered holder with a serial."""

    affiliation_number: str = NUMBER
    holder_number: str = NUMBER
    serial_number: str = SERIAL
    given_names: str = "Ana"
    first_surname: str = "Muestra"
    second_surname: str = "Modelo"
    birth_on: str = "1980-05-05"
    sex: str = "F"
    relation: str = "holder"
    home_unit: str = UNIT
    valid_from: str = "2010-01-01"
    valid_to: str = ""


FAMILY = (
    Line(),
    Line(SPOUSE, given_names="Luis", sex="M", relation="spouse", birth_on="1979-01-02"),
)


def holders(count: int, first: int = 91_000_000) -> list[Line]:
    """Holders of as many families, each with a serial of its own."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    lines = []
    for place in range(count):
        number = str(first + place)
        serial = "SERVA" + "".join(letters[place // 32**power % 32] for power in range(4))
        lines.append(replace(Line(number, number), serial_number=serial))
    return lines


def roll_text(lines: list[Line] | tuple[Line, ...]) -> str:
    """The file that the institute would send."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for line in lines:
        writer.writerow([getattr(line, column.name) for column in fields(line)])
    return text.getvalue()


def rules(today: date = TODAY) -> Rules:
    return Rules(
        number=PROFILE.valid_affiliation_number,
        serial=PROFILE.valid_serial_number,
        home_units=frozenset(unit.code for unit in PROFILE.units),
        today=today,
    )


@dataclass(slots=True)
class Loader:
    """Loads rolls into a database, keeping the last report."""

    database: Database
    folder: Path
    keyring: Keyring = field(default_factory=lambda: Keyring(DELIVERY_KEY))
    reported: list[tuple[int, str, str]] = field(default_factory=list)

    async def text(
        self, text: str | bytes, *, confirmed: bool = False, now: datetime = NOW
    ) -> LoadCounts | None:
        path = self.folder / "roll.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.reported.clear()
        return await load_roll(
            self.database,
            self.keyring,
            rules(local_day(now, PROFILE.zone_info)),
            path,
            confirmed=confirmed,
            report=lambda line, column, code: self.reported.append((line, column, code)),
            progress=lambda _read: None,
            now=now,
        )

    async def lines(
        self,
        lines: list[Line] | tuple[Line, ...],
        *,
        confirmed: bool = False,
        now: datetime = NOW,
    ) -> LoadCounts | None:
        return await self.text(roll_text(lines), confirmed=confirmed, now=now)
