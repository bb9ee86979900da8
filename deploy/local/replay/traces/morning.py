"""Makes `morning.csv`: the same file every time, drawn by dice, about nobody.

`python -m deploy.local.replay.traces.morning` writes it anew beside this module. It has what makes
a morning hard: doors that open at 7:00, half of what is asked for is for the same day, and most
of the first minute's people want the two busiest units.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("morning.csv")
HEADER: Final = ("t_s", "lead_days", "unit", "patient", "age", "sex", "sms", "no_show")

_SEED: Final = "sisa/morning"
_OPENING: Final = 7 * 3600
_HOUR: Final = 3600
_BURST: Final = 5.0
"""Seconds in which those come who waited for the doors to open."""
_PATIENTS: Final = (36, 26, 20, 18, 15, 13, 12, 10, 9, 8, 7, 6)
"""Distinct patients by unit, the busiest first: what a thousand demo families can play."""
_COMES_AGAIN: Final = 0.3
_AT_OPENING: Final = {0: 0.7, 1: 0.5}
_AT_OPENING_ELSEWHERE: Final = 0.2
_LEADS: Final = {0: 50, 1: 6, 2: 14, 3: 6, 7: 10, 10: 6, 14: 5, 25: 3}


def rows(draw: random.Random) -> Iterator[tuple[int, int, int, int, int, str, int, int]]:
    """The bookings in no order; seconds count from midnight."""
    patient = 0
    for unit, patients in enumerate(_PATIENTS):
        for _ in range(patients):
            patient += 1
            age, sex = draw.randrange(100), draw.choice("FM")
            bookings = 1 + (draw.random() < _COMES_AGAIN)
            for booking in range(bookings):
                second = _second(unit, booking, draw)
                (lead,) = draw.choices(tuple(_LEADS), tuple(_LEADS.values()))
                sms, no_show = int(draw.random() < _COMES_AGAIN), int(draw.randrange(5) == 0)
                yield second, lead, unit, patient, age, sex, sms, no_show


def _second(unit: int, booking: int, draw: random.Random) -> int:
    at_opening = _AT_OPENING.get(unit, _AT_OPENING_ELSEWHERE)
    if booking == 0 and draw.random() < at_opening:
        return _OPENING + int(draw.random() * _BURST)
    return _OPENING + min(_HOUR - 1, int(draw.expovariate(1 / 900)))


def main() -> None:
    """Write the file by time."""
    draw = random.Random(_SEED)  # noqa: S311  # the dice have to fall the same way every time
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(sorted(rows(draw)))


if __name__ == "__main__":
    main()
