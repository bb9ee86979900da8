"""Letters about sanctions, documents and the contact form: what they say and what they never do."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from builders.mail_facts import INSTITUTES, PUBLIC_URL, STARTS_AT

from notifications.domain.mails import Template
from notifications.folios import contact_folio
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.contact_letters import ContactFacts
from notifications.rendering.family_letters import FamilyFacts
from notifications.rendering.letters import FAMILY
from notifications.rendering.pages import Rendered
from notifications.rendering.renderer import Renderer
from notifications.rendering.words import Words
from shared.ids import uuid7
from shared.profile import Profile, load_profile

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
UNTIL = AT + timedelta(days=30)
either_institute = pytest.mark.parametrize(
    "profile",
    [load_profile(INSTITUTES / name) for name in ("issstecali", "iess")],
    ids=lambda profile: profile.code,
)


def family(profile: Profile, template: str, rule: str = "late") -> Rendered:
    known = FamilyFacts("Titular <Generado>", AT, UNTIL, rule)
    return Renderer(profile, PUBLIC_URL).family_letter(template, known, delayed=False)


def contact(
    profile: Profile, template: str, text: str = "Hola", account: str | None = None
) -> tuple[Rendered, ContactFacts]:
    known = ContactFacts(uuid7(), "problema_de_acceso", "a@example.org", text, AT, account)
    return Renderer(profile, PUBLIC_URL).contact_letter(template, known), known


@either_institute
@pytest.mark.parametrize("template", list(FAMILY))
def test_r_50_the_persons_name_is_in_it_and_no_care(profile: Profile, template: str) -> None:
    shown = family(profile, template)
    assert "Titular <Generado>" in shown.text
    assert "Titular &lt;Generado&gt;" in shown.html
    said = (shown.subject + shown.text + shown.html).lower()
    for service in profile.services:
        assert service.name.lower() not in said
    for word in ("incapacidad", "receta", "diagnóstico", "doctor", "certificado"):
        assert word not in said


@either_institute
def test_r_28_a_sanction_says_why_until_when_and_what_stays_open(profile: Profile) -> None:
    until = Words(profile.locale).moment(UNTIL, profile.zone_info)
    late, weekly = (family(profile, Template.SANCTION_IMPOSED, rule) for rule in ("late", "weekly"))
    policies = profile.policies_at(AT.date())
    assert f"{policies.sanction_hours} horas previas" in late.text
    assert f"{policies.sanction_per_week} citas o más" in weekly.text
    for shown in (late, weekly):
        assert until in shown.text
        assert "en persona" in shown.text
        assert profile.helpline in shown.text


@either_institute
def test_a_reminder_names_person_place_and_the_price_of_cancelling_late(profile: Profile) -> None:
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
    shown = Renderer(profile, PUBLIC_URL).appointment_letter(
        Template.REMINDER, known, delayed=False
    )
    policies = profile.policies_at(STARTS_AT.date())
    for said in (known.person, known.unit.name, known.unit.address,
                 f"{policies.cancel_min_minutes} minutos", f"{policies.sanction_hours} horas",
                 f"{policies.sanction_days} días"):  # fmt: skip
        assert said in shown.text


@either_institute
def test_r_53_what_somebody_wrote_is_text_and_keeps_its_lines(profile: Profile) -> None:
    text = 'uno\n\n<script>alert("1")</script> http://otra.example.org\n' + PUBLIC_URL
    shown, known = contact(profile, Template.CONTACT_MESSAGE, text)
    page = shown.html.partition("Sin sesión iniciada")[2]
    assert html.escape("<script>", quote=False) in page
    assert "<script" not in page
    assert "uno<br><br>&lt;script" in page
    assert 'href="http://otra' not in page
    assert page.partition(PUBLIC_URL)[0].count("href") == 0
    assert text in shown.text
    assert contact_folio(known.contact_id) in shown.subject
    assert "no respond" not in shown.text


@either_institute
def test_r_53_the_acknowledgement_has_folio_and_name_and_not_the_text(profile: Profile) -> None:
    nameless, known = contact(profile, Template.CONTACT_ACKNOWLEDGED, "Texto escrito")
    named, _ = contact(profile, Template.CONTACT_ACKNOWLEDGED, "Texto escrito", "Titular")
    assert contact_folio(known.contact_id) in nameless.text
    assert "Titular" in named.text
    for shown in (nameless, named):
        assert "Texto escrito" not in shown.subject + shown.text + shown.html


@either_institute
def test_the_institutes_own_address_is_a_link_in_sentences(profile: Profile) -> None:
    shown = family(profile, Template.SANCTION_LIFTED)
    assert shown.html.count(f'href="{PUBLIC_URL}"') == 2
