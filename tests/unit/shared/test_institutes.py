"""Both institutes' profiles, as they are shipped, say what the rules and their regulations say."""

from datetime import date
from pathlib import Path

import holidays
import pytest

from shared.profile import Profile, load_profile, public_institute

INSTITUTES = Path(__file__).parents[3] / "deploy" / "institutes"
TODAY = date(2026, 11, 23)


@pytest.fixture(params=["issstecali", "iess"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(INSTITUTES / request.param)


@pytest.fixture
def issstecali() -> Profile:
    return load_profile(INSTITUTES / "issstecali")


@pytest.fixture
def iess() -> Profile:
    return load_profile(INSTITUTES / "iess")


def test_r_25_to_r_28_the_policy_numbers_are_the_guides(profile: Profile) -> None:
    policies = profile.policies_at(TODAY)
    assert (policies.cancel_min_minutes, policies.sanction_hours) == (15, 6)
    assert (policies.sanction_per_week, policies.sanction_days) == (3, 30)
    assert (policies.horizon_days, policies.lead_minutes, policies.max_active) == (30, 30, 3)
    assert (policies.max_per_day, policies.max_per_7_days, policies.max_per_30_days) == (2, 4, 10)
    assert (policies.activation_hours, policies.temporary_password_days) == (72, 30)
    assert (policies.reactivation_wait_hours, policies.reminder_hours) == (72, (48, 3))
    assert policies.sick_leave_months == 6
    assert policies.force_password_change is False


def test_r_22_issstecali_opens_general_medicine_and_dental_care(issstecali: Profile) -> None:
    opened = {s.name for s in issstecali.services if not s.needs_referral}
    assert opened == {"Medicina General", "Odontología"}
    assert any(service.needs_referral for service in issstecali.services)


def test_r_22_iess_opens_its_eight_first_level_services(iess: Profile) -> None:
    assert {s.name for s in iess.services if not s.needs_referral} == {
        "Ginecología",
        "Pediatría",
        "Odontología",
        "Ginecología y Obstetricia",
        "Obstetricia",
        "Psicología",
        "Medicina General",
        "Medicina Familiar",
    }
    assert any(service.needs_referral for service in iess.services)


def test_units_keep_their_institutes_zone_and_enough_of_them_for_a_day_of_real_demand(
    issstecali: Profile, iess: Profile
) -> None:
    assert {unit.zone for unit in issstecali.units} == {issstecali.zone} == {"America/Tijuana"}
    assert {unit.zone for unit in iess.units} == {iess.zone} == {"America/Guayaquil"}
    assert len(issstecali.units) >= 81
    assert len(iess.units) >= 81
    assert issstecali.zone_info.key == issstecali.units[0].zone_info.key


def test_the_public_description_has_exactly_the_keys_of_the_contract(profile: Profile) -> None:
    body = public_institute(profile, TODAY).model_dump(mode="json")
    assert list(body) == [
        "profile",
        "name",
        "short_name",
        "zone",
        "locale",
        "identifier",
        "serial",
        "phone",
        "policies",
        "services",
        "units",
        "offices",
        "contact_kinds",
        "documents",
    ]
    assert set(body["identifier"]) == {"label", "pattern", "hint"}
    assert set(body["serial"]) == {"label", "hint"}
    assert set(body["phone"]) == {"pattern"}
    assert set(body["policies"]) == {
        "cancel_min_minutes",
        "sanction_hours",
        "sanction_per_week",
        "sanction_days",
        "horizon_days",
        "lead_minutes",
        "max_active",
        "max_per_day",
        "max_per_7_days",
        "max_per_30_days",
        "activation_hours",
        "temporary_password_days",
        "sick_leave_months",
    }
    assert set(body["services"][0]) == {"code", "name", "needs_referral"}
    assert set(body["units"][0]) == {"code", "name", "address", "phone", "hours"}
    assert set(body["contact_kinds"][0]) == {"code", "label"}
    assert set(body["documents"][0]) == {"name", "version", "url"}
    assert len(body["units"]) == len(profile.units)


def test_r_02_every_document_that_a_person_accepts_has_its_text_and_says_its_version(
    profile: Profile,
) -> None:
    for name in ("privacy_full", "privacy_simplified", "terms", "family_grouping"):
        document = profile.document(name)
        assert document is not None
        assert f"Versión {document.version}." in document.text
        assert document.text.startswith(f"# {document.title}\n")
        assert document.address == f"/v1/institute/documents/{name}"
        assert len(document.text) > 500
    assert profile.document("other") is None


def test_the_texts_name_the_law_of_their_country(issstecali: Profile, iess: Profile) -> None:
    mexican = issstecali.document("privacy_full")
    ecuadorian = iess.document("privacy_full")
    assert mexican is not None
    assert ecuadorian is not None
    law = "Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados"
    assert law in mexican.text
    assert "Ley Orgánica de Protección de Datos Personales" in ecuadorian.text


def test_r_53_without_a_session_one_may_only_report_a_problem_of_access(profile: Profile) -> None:
    public = [kind.code for kind in profile.contact_kinds if kind.public]
    assert public == ["problema_de_acceso"]
    kind = profile.contact_kind("problema_de_acceso")
    assert kind is not None
    assert kind.label == "Problema de acceso"


def test_mail_goes_nowhere_real_from_a_shipped_profile(profile: Profile) -> None:
    assert profile.sender.address.endswith(".example.org")
    assert profile.contact_address.endswith(".example.org")


def test_a_shipped_profile_is_a_demo_and_a_real_one_lacks_the_demo_file(profile: Profile) -> None:
    assert profile.demo
    assert profile.demo_hash_cost is not None


def test_the_holidays_of_its_country_are_known(profile: Profile) -> None:
    days = holidays.country_holidays(
        profile.holidays.country, subdiv=profile.holidays.subdivision, years=2026
    )
    assert date(2026, 12, 25) in days
    assert date(2026, 12, 24) not in days


def test_what_no_profile_holds_is_not_found(profile: Profile) -> None:
    assert profile.unit("NOPE") is None
    assert profile.service("nope") is None
    assert profile.contact_kind("nope") is None
    assert profile.unit(profile.units[-1].code) == profile.units[-1]
    assert profile.service("odontologia") in profile.services
