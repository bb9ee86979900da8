"""Every mail with sample data, to be looked at: generated people, no real one."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from notifications.domain.mails import Template
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.account_notices import NOTICES
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.contact_letters import ContactFacts
from notifications.rendering.family_letters import FamilyFacts
from notifications.rendering.letters import ACCOUNT, APPOINTMENT, CONTACT, FAMILY, STAFF
from notifications.rendering.pages import Rendered
from notifications.rendering.renderer import Renderer
from shared.profile import Profile

_TOKEN = "muestra-" * 5 + "abc"
_DATA = {
    "token": _TOKEN,
    "username": "12345678",
    "temporary_password": "Muestra-Clave-23",
    "phone": "5550100",
    "email": "persona@example.org",
    "new_email": "otra.persona@example.org",
    "effective_at": "2026-12-01T18:00:00Z",
    "state": "waiting",
    "serial_number": "MUESTRA23",
}


def write_all(profile: Profile, public_url: str, folder: Path, now: datetime) -> list[Path]:
    """Writes each mail's text, HTML and calendar file into the folder; returns the files."""
    renderer = Renderer(profile, public_url)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for template in ACCOUNT:
        if template != Template.ACCOUNT_NOTICE:
            known = AccountFacts("Persona de Muestra", _DATA, now)
            written += _write(
                folder, template, renderer.account_letter(template, known, delayed=False)
            )
    for template in STAFF:
        known = AccountFacts("Personal de Muestra", _DATA | {"audience": "staff"}, now)
        shown = renderer.account_letter(template, known, delayed=False)
        written += _write(folder, f"{template}_staff", shown)
    for notice in NOTICES:
        known = AccountFacts("Persona de Muestra", {"notice": notice}, now)
        shown = renderer.account_letter(Template.ACCOUNT_NOTICE, known, delayed=False)
        written += _write(folder, f"account_notice_{notice}", shown)
    written += _of_appointments(renderer, profile, folder, now)
    for template in FAMILY:
        for rule in ("late", "weekly"):
            family = FamilyFacts("Persona de Muestra", now, now + timedelta(days=30), rule)
            shown = renderer.family_letter(template, family, delayed=False)
            written += _write(folder, f"{template}_{rule}", shown)
    for template in CONTACT:
        for account in ("Persona de Muestra", None):
            name = template if account else f"{template}_without_session"
            message = _message(profile, account, now)
            written += _write(folder, name, renderer.contact_letter(template, message))
    return written


def _of_appointments(
    renderer: Renderer, profile: Profile, folder: Path, now: datetime
) -> list[Path]:
    known = _appointment(profile, now)
    written: list[Path] = []
    for template in APPOINTMENT:
        for delayed in (False, True):
            name = f"{template}_delayed" if delayed else template
            shown = renderer.appointment_letter(template, known, delayed=delayed)
            written += _write(folder, name, shown)
        if template != Template.REMINDER:
            file = folder / f"{template}.ics"
            file.write_bytes(renderer.calendar(template, known, _DATA["email"]).content)
            written.append(file)
    template = Template.APPOINTMENT_CANCELLED
    by_institute = replace(known, by_institute=True)
    shown = renderer.appointment_letter(template, by_institute, delayed=False)
    return written + _write(folder, f"{template}_by_institute", shown)


def _message(profile: Profile, account: str | None, now: datetime) -> ContactFacts:
    return ContactFacts(
        contact_id=UUID("018f0000-0000-7000-8000-000000000002"),
        kind=profile.contact_kinds[0].code,
        email=_DATA["email"],
        text="No puedo entrar a mi cuenta.\n\nYa pedí otra contraseña y el correo no llega.",
        written_at=now,
        account=account,
    )


def _appointment(profile: Profile, now: datetime) -> AppointmentFacts:
    starts_at = (now + timedelta(days=9)).replace(hour=17, minute=30, second=0, microsecond=0)
    return AppointmentFacts(
        appointment_id=UUID("018f0000-0000-7000-8000-000000000001"),
        account="Persona de Muestra",
        person="Menor de Muestra Con Nombre Bastante Largo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        unit=profile.units[0],
        sequence=1,
        told_at=now,
    )


def _write(folder: Path, name: str, shown: Rendered) -> list[Path]:
    text, html = folder / f"{name}.txt", folder / f"{name}.html"
    text.write_text(f"{shown.subject}\n\n{shown.text}", encoding="utf-8")
    html.write_text(shown.html, encoding="utf-8")
    return [text, html]
