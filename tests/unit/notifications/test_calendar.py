"""Calendar files, read by a second reader: stable UID, growing SEQUENCE, the zone inside."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import vobject
from builders.mail_facts import INSTITUTES, PROFILE, STARTS_AT
from icalendar import Calendar, Event

from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.calendar import calendar_file
from notifications.rendering.words import Words
from shared.profile import load_profile

APPOINTMENT = UUID("018f0000-0000-7000-8000-000000000001")


def written(
    sequence: int = 1, *, cancelled: bool = False, person: str = "Persona Generada",
    account: str = "Titular Generado", starts_at: datetime = STARTS_AT,
) -> tuple[bytes, Calendar, Event]:  # fmt: skip
    known = AppointmentFacts(
        appointment_id=APPOINTMENT,
        account=account,
        person=person,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        unit=PROFILE.units[0],
        sequence=sequence,
        told_at=datetime(2026, 11, 23, 15, 0, 0, 123456, tzinfo=UTC),
    )
    content = calendar_file(
        Words(PROFILE.locale), PROFILE, known, recipient="a@example.org", cancelled=cancelled
    )
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return content, calendar, event


def test_r_50_a_request_says_when_and_where_in_the_units_own_zone() -> None:
    content, calendar, event = written()
    assert calendar["METHOD"] == "REQUEST"
    assert event.decoded("DTSTART") == STARTS_AT
    assert event["DTSTART"].params["TZID"] == "America/Tijuana"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "America/Tijuana"
    assert event["STATUS"] == "CONFIRMED"
    assert PROFILE.units[0].address in str(event["LOCATION"])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize(("month", "hours"), [(1, -8), (7, -7)])
def test_the_zone_inside_tells_winter_from_summer(month: int, hours: int) -> None:
    starts_at = datetime(2027, month, 15, 18, 0, tzinfo=UTC)
    _, calendar, event = written(starts_at=starts_at)
    (zone,) = calendar.timezones
    local = event.decoded("DTSTART").replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert local.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("cancelled", [False, True])
def test_r_50_another_library_reads_the_same(*, cancelled: bool) -> None:
    content, _, _ = written(sequence=3, cancelled=cancelled, person="Ñandú; coma, \\barra")
    calendar = vobject.readOne(content.decode())
    event = calendar.vevent
    assert calendar.method.value == ("CANCEL" if cancelled else "REQUEST")
    assert event.uid.value == f"{APPOINTMENT}@issstecali.example.org"
    assert event.sequence.value == "2"
    assert event.dtstart.value == STARTS_AT
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=20)
    assert event.summary.value == "Cita médica: Ñandú; coma, \\barra"
    assert event.location.value == f"{PROFILE.units[0].name}, {PROFILE.units[0].address}"
    assert event.organizer.value == f"mailto:{PROFILE.sender.address}"
    assert event.attendee.value == "mailto:a@example.org"
    assert calendar.validate(raiseException=True)


def test_every_line_is_folded_and_ended_as_rfc_5545_says() -> None:
    content, _, _ = written(person="ñ" * 200, account="ü" * 120)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert (
        content.replace(b"\r\n", b"").count(b"\n")
        == content.replace(b"\r\n", b"").count(b"\r")
        == 0
    )
    lines = content.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    whole = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert all(
        re.fullmatch(r"[A-Z-]+(;[A-Z-]+=(\"[^\"]*\"|[^;:,\"]*))*:.*", line) for line in whole
    )
    opened = [line[6:] for line in whole if line.startswith("BEGIN:")]
    assert sorted(opened) == sorted(line[4:] for line in whole if line.startswith("END:"))


def test_r_50_the_uid_stays_and_the_sequence_grows() -> None:
    _, _, first = written(sequence=1)
    _, calendar, last = written(sequence=4, cancelled=True)
    assert first["UID"] == last["UID"] == f"{APPOINTMENT}@issstecali.example.org"
    assert (first["SEQUENCE"], last["SEQUENCE"]) == (0, 3)
    assert (calendar["METHOD"], last["STATUS"]) == ("CANCEL", "CANCELLED")


def test_a_second_try_writes_the_same_bytes() -> None:
    assert written()[0] == written()[0]


@pytest.mark.parametrize("name", ["A\r\nATTACH:x", 'Com"illas', "Punto;y,dos:\\", "ñ" * 90])
def test_a_name_can_neither_end_its_line_nor_add_another(name: str) -> None:
    _, _, event = written(person=name, account=name)
    assert "ATTACH" not in event
    assert set(event) == {
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION",
        "STATUS", "ORGANIZER", "ATTENDEE",
    }  # fmt: skip


def test_every_institute_has_zones_that_can_be_written() -> None:
    for folder in INSTITUTES.iterdir():
        if (folder / "profile.toml").exists():
            profile = load_profile(folder)
            assert Words(profile.locale).moment(STARTS_AT, profile.zone_info)
