"""A profile that is not valid is refused with everything that is wrong with it, in one message."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.profile import Profile, ProfileInvalid, load_profile

INSTITUTES = Path(__file__).parents[3] / "deploy" / "institutes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INSTITUTES / "issstecali", tmp_path / "issstecali"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> str:
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(folder)
    assert all(fault in str(caught.value) for fault in caught.value.faults)
    return "\n".join(caught.value.faults)


def test_the_copy_is_valid_before_it_is_broken(folder: Path) -> None:
    assert load_profile(folder) == load_profile(INSTITUTES / "issstecali")


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    edit(folder, "profile.toml", 'zone = "America/Tijuana"', 'zone = "America/Tijauna"')
    edit(folder, "profile.toml", 'locale = "es-MX"', 'locale = "es_MX"')
    edit(folder, "profile.toml", "sanction_hours = 6", 'sanction_hours = "6"')
    edit(folder, "profile.toml", "short_name", "shrt_name")
    edit(folder, "units.csv", "America/Tijuana", "America")
    edit(folder, "demo.toml", "demo = true", "demo = false")
    (folder / "texts" / "terminos_y_condiciones.md").unlink()

    told = faults(folder)

    assert "profile.toml: zone: 'America/Tijauna' is not a zone of the IANA database" in told
    assert "profile.toml: locale: " in told
    assert "profile.toml: policies.0.sanction_hours: Input should be a valid integer" in told
    assert "profile.toml: short_name: Field required" in told
    assert "profile.toml: shrt_name: Extra inputs are not permitted" in told
    assert "units.csv: line 2: zone: 'America' is not a zone" in told
    assert "demo.toml: demo_hash_cost: only an institute with demo = true may set it" in told
    assert "terminos_y_condiciones.md: cannot be read" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "issstecali"', 'code = "iess"', "code: 'iess' is not the folder's name"),
        ('primary = "#7a1f3d"', 'primary = "#ffffee"', "on_primary on primary has a contrast of"),
        ('primary = "#7a1f3d"', 'primary = "maroon"', "colours.primary: "),
        ('"[0-9]{8,10}"', '"[0-9"', "identifier.pattern: is not a regular expression"),
        ('"[0-9]{8,10}"', '"[0-9]{8,10}"\ncheck = "luhn"', "identifier.check: "),
        ('code = "odontologia"', 'code = "medicina_general"', "services: code 'medicina_general'"),
        ("max_per_day = 2", "max_per_day = 5", "must not fall"),
        ("cancel_min_minutes = 15", "cancel_min_minutes = 361", "reaches beyond sanction_hours"),
        ("reminder_hours = [48, 3]", "reminder_hours = [3, 48]", "reminder_hours: must fall"),
        ("sanction_days = 30", "sanction_days = 0", "policies.0.sanction_days: "),
        ('name = "terms"', 'name = "privacy_full"', "documents: name 'privacy_full' stands more"),
        ('name = "terms"', 'name = "conditions"', "documents.2.name: "),
        ('version = "1.0"', 'version = "1.1"', "does not say `Versión 1.1.`"),
        ('helpline = "686 551 6100"', 'helpline = "686\\n551"', "helpline: holds a control"),
        ("[holidays]", '[holidays]\nown = [{on = "x"}]', "holidays.own.0.on: "),
        ("[colours]", "[demo_hash_cost]\ntime_cost = 1\n[colours]", "does not belong here"),
        ("[colours]", "[colours", "profile.toml: "),
    ],
)
def test_a_fault_is_told_with_its_place(folder: Path, old: str, new: str, told: str) -> None:
    edit(folder, "profile.toml", old, new)
    assert told in faults(folder)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code,name\n", "line 1: the header must be code,name,address,phone,hours,zone"),
        ("code,name,address,phone,hours,zone\n", "units.csv: "),
        ("code,name,address,phone,hours,zone\nX1,n\n", "line 2: 2 fields, not 6"),
        ('code,name,address,phone,hours,zone\n"X1,n\n', "units.csv: line 2: unexpected end"),
        (
            "code,name,address,phone,hours,zone\n" + 2 * "ABC1,N,A,,H,America/Tijuana\n",
            "line 3: code 'ABC1' stands on line 2",
        ),
        (
            'code,name,address,phone,hours,zone\nABC1,"N\nM",A,,H,America/Tijuana\n',
            "line 3: name: holds a control character",
        ),
    ],
)
def test_a_fault_of_the_units_is_told_with_its_line(folder: Path, content: str, told: str) -> None:
    (folder / "units.csv").write_text(content, encoding="utf-8")
    assert told in faults(folder)


def test_a_file_in_another_encoding_is_a_fault_and_no_traceback(folder: Path) -> None:
    (folder / "units.csv").write_bytes("código".encode("latin-1"))
    (folder / "profile.toml").write_bytes(b"\xff\xfe")
    assert faults(folder) == "profile.toml: is not UTF-8\nunits.csv: is not UTF-8"


def test_a_folder_that_is_not_there_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    assert "profile.toml: cannot be read: No such file" in faults(tmp_path / "nowhere")


def test_without_the_demo_file_the_institute_is_no_demo(folder: Path) -> None:
    (folder / "demo.toml").unlink()
    profile = load_profile(folder)
    assert not profile.demo
    assert profile.demo_hash_cost is None


def test_a_document_without_a_title_is_a_fault(folder: Path) -> None:
    edit(folder, "texts/terminos_y_condiciones.md", "# ", "")
    assert "terminos_y_condiciones.md: must begin with its title" in faults(folder)


def test_r_30_a_later_entry_states_only_what_changes_and_holds_from_its_day(folder: Path) -> None:
    edit(
        folder,
        "profile.toml",
        "[[offices]]",
        "[[policies]]\neffective_from = 2027-01-01\nsanction_days = 15\n\n[[offices]]",
    )
    profile = load_profile(folder)
    assert profile.policies_at(date(2026, 12, 31)).sanction_days == 30
    assert profile.policies_at(date(2027, 1, 1)).sanction_days == 15
    assert profile.policies_at(date(2027, 1, 1)).horizon_days == 30
    assert profile.policies_at(date(2020, 1, 1)).sanction_days == 30


def test_r_30_entries_stand_in_the_order_of_their_days(folder: Path) -> None:
    edit(
        folder,
        "profile.toml",
        "[[offices]]",
        "[[policies]]\neffective_from = 2024-01-01\nsanction_days = 15\n\n[[offices]]",
    )
    assert "policies: effective_from must grow" in faults(folder)


def test_a_loaded_profile_cannot_be_changed() -> None:
    profile: Profile = load_profile(INSTITUTES / "iess")
    with pytest.raises(ValidationError, match="frozen"):
        profile.zone = "UTC"  # type: ignore[misc]  # that is what the test is about
