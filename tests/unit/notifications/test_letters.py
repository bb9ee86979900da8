"""What the letters say, in both institutes' Spanish, and what they must never say."""

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from builders.mail_facts import INSTITUTES, PUBLIC_URL, STARTS_AT

from notifications.domain.mails import Template
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.envelope import Unwritable, usable_address
from notifications.rendering.letters import APPOINTMENT
from notifications.rendering.pages import Rendered
from notifications.rendering.renderer import Renderer
from notifications.rendering.words import CATALOGUES, Words
from notifications.samples import write_all
from shared.contracts.scheduling import folio
from shared.ids import uuid7
from shared.profile import Profile, load_profile

RENDERING = CATALOGUES.parent
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PROFILES = [load_profile(INSTITUTES / name) for name in ("issstecali", "iess")]
DATA = {
    "token": "k" * 43,
    "username": "12345678",
    "temporary_password": "Clave<&>23",
    "phone": "5550100",
    "email": "persona@example.org",
    "serial_number": "SERIE234",
}
either_institute = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)


def account(profile: Profile, template: Template) -> Rendered:
    known = AccountFacts("Persona <b>Generada</b>", DATA, AT)
    return Renderer(profile, PUBLIC_URL).account_letter(template, known, delayed=False)


def appointment(profile: Profile, template: Template) -> tuple[Rendered, AppointmentFacts]:
    known = AppointmentFacts(
        appointment_id=uuid7(),
        account="Titular Generado",
        person="Persona Generada",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(minutes=20),
        unit=profile.units[0],
        sequence=1,
        told_at=AT,
    )
    return Renderer(profile, PUBLIC_URL).appointment_letter(template, known, delayed=False), known


@either_institute
@pytest.mark.parametrize("template", list(APPOINTMENT))
def test_r_50_an_appointment_is_told_with_person_time_place_and_folio(
    profile: Profile, template: Template
) -> None:
    shown, known = appointment(profile, template)
    when = Words(profile.locale).moment(known.starts_at, known.unit.zone_info)
    for said in (known.person, when, known.unit.name, known.unit.address,
                 folio(known.appointment_id)):  # fmt: skip
        assert said in shown.text
        assert html.escape(said) in shown.html


@either_institute
@pytest.mark.parametrize("template", list(APPOINTMENT))
def test_r_50_no_service_of_the_institute_is_named(profile: Profile, template: Template) -> None:
    shown, _ = appointment(profile, template)
    for service in profile.services:
        assert service.name.lower() not in (shown.subject + shown.text + shown.html).lower()


@either_institute
def test_r_05_the_activation_link_is_the_first_of_the_text(profile: Profile) -> None:
    text = account(profile, Template.ACTIVATION).text
    first = next(word for word in text.split() if word.startswith("http"))
    assert first == f"{PUBLIC_URL}/activar?token={DATA['token']}"


@either_institute
def test_r_50_credentials_come_with_the_registration_data_and_never_the_serial(
    profile: Profile,
) -> None:
    shown = account(profile, Template.CREDENTIALS)
    for name in ("username", "temporary_password", "phone", "email"):
        assert DATA[name] in shown.text
        assert html.escape(DATA[name]) in shown.html
    assert profile.serial.label.lower() not in shown.text.lower()


def test_what_a_person_typed_is_text_and_not_markup() -> None:
    shown = account(PROFILES[0], Template.ACTIVATION)
    assert "<b>" not in shown.html
    assert "&lt;b&gt;Generada" in shown.html


@pytest.mark.parametrize(
    ("locale", "zone", "expected"),
    [
        ("es-MX", "America/Tijuana", "martes 1 de diciembre de 2026, 9:30"),
        ("es-EC", "America/Guayaquil", "martes 1 de diciembre de 2026, 12:30"),
    ],
)
def test_dates_are_words_by_the_clocks_of_the_place(locale: str, zone: str, expected: str) -> None:
    assert Words(locale).moment(STARTS_AT, ZoneInfo(zone)) == expected


def test_mexico_says_tu_and_ecuador_says_usted() -> None:
    mexico, ecuador = (account(profile, Template.CREDENTIALS).text for profile in PROFILES)
    assert "Tu cuenta está activa" in mexico
    assert "Su cuenta está activa" in ecuador
    assert " tu " not in ecuador.lower()


def test_every_text_has_its_ecuadorian_words() -> None:
    with (CATALOGUES / "es_EC.po").open("rb") as file:
        translated = {entry.id for entry in read_po(file) if entry.id and entry.string}
    written: set[str] = set()
    for path in (*RENDERING.glob("*.py"), *RENDERING.glob("templates/*.j2")):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        with path.open("rb") as source:
            written |= {str(found[1]) for found in extract(method, source, {"_": None})}
    assert len(written) > 30
    assert written == translated


@pytest.mark.parametrize(
    "address",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "<a@example.org>",
     "ñ@example.org", "a b@example.org", "a@", "", "a@example.org\0"],
)  # fmt: skip
def test_e_5_what_is_not_exactly_one_address_gets_no_mail(address: str) -> None:
    with pytest.raises(Unwritable):
        usable_address(address)


def test_a_domain_with_accents_is_written_for_the_wire() -> None:
    assert usable_address("persona@año.mx") == "persona@xn--ao-zja.mx"


@either_institute
def test_every_mail_can_be_rendered_to_be_looked_at(profile: Profile, tmp_path: Path) -> None:
    written = write_all(profile, PUBLIC_URL, tmp_path, AT)
    assert {path.suffix for path in written} == {".txt", ".html", ".ics"}
    for template in Template:
        assert any(path.name.startswith(template) for path in written)


@either_institute
def test_r_12_a_handed_out_serial_is_told_under_the_institutes_own_label(profile: Profile) -> None:
    shown = account(profile, Template.SERIAL_HANDOUT)
    assert DATA["serial_number"] in shown.text
    assert DATA["serial_number"] in shown.html
    assert profile.serial.label in shown.text
    assert DATA["serial_number"] not in shown.subject
    for unasked in ("username", "temporary_password", "token", "phone"):
        assert DATA[unasked] not in shown.text


@either_institute
@pytest.mark.parametrize("template", [Template.ACTIVATION, Template.CREDENTIALS])
def test_r_14_staff_are_written_to_as_staff(profile: Profile, template: Template) -> None:
    known = AccountFacts("Personal Generado", DATA | {"audience": "staff"}, AT)
    shown = Renderer(profile, PUBLIC_URL).account_letter(template, known, delayed=False)
    assert "personal" in shown.subject
    assert shown.subject != account(profile, template).subject
    assert profile.identifier.label not in shown.text
    said = DATA["token" if template is Template.ACTIVATION else "temporary_password"]
    assert html.escape(said) in shown.html
    if template is Template.ACTIVATION:
        first = next(word for word in shown.text.split() if word.startswith("http"))
        assert first == f"{PUBLIC_URL}/activar?token={DATA['token']}"


@either_institute
def test_r_12_the_accounts_owner_hears_of_a_hand_out_without_the_serial(profile: Profile) -> None:
    known = AccountFacts("Persona Generada", DATA | {"notice": "serial_handed_out"}, AT)
    shown = Renderer(profile, PUBLIC_URL).account_letter(
        Template.ACCOUNT_NOTICE, known, delayed=False
    )
    assert "acreditó su identidad" in shown.text
    assert profile.helpline in shown.text
    assert DATA["serial_number"] not in shown.text + shown.html


@either_institute
def test_the_owner_of_an_address_hears_of_a_second_registration_with_it(profile: Profile) -> None:
    known = AccountFacts("Persona Generada", {"notice": "email_in_use"}, AT)
    shown = Renderer(profile, PUBLIC_URL).account_letter(
        Template.ACCOUNT_NOTICE, known, delayed=False
    )
    assert "intentó registrar otra cuenta" in shown.text
    assert profile.helpline in shown.text
