"""Sick leaves that wait for their seal, and what seals them: keys made for one run of tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from clinical_records.document.keys import KeyFile
from clinical_records.document.paper import Paper
from clinical_records.document.press import Press, open_press
from clinical_records.domain.encryption import Cipher
from clinical_records.domain.sealings import Authorised
from clinical_records.domain.sick_leaves import SickLeaveContent, sick_leave_aad
from clinical_records.usecases.seal_sick_leave import paper
from deploy.local.seal_key import seal_pem
from shared.ids import uuid7
from shared.profile import Profile, load_profile

INSTITUTES = Path(__file__).parents[2] / "deploy" / "institutes"
NOW = datetime(2031, 3, 1, 18, 0, 0, 250_001, tzinfo=UTC)
PUBLIC_URL = "https://citas.example.org"
RECORD_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@cache
def institute(code: str = "issstecali") -> Profile:
    return load_profile(INSTITUTES / code)


def sealing_key(folder: Path, institute_name: str = "ISSSTECALI") -> KeyFile:
    """A development key of its own in the folder."""
    path = folder / f"{uuid7().hex}.pem"
    path.write_text(seal_pem(institute_name), encoding="utf-8")
    return KeyFile(path)


def content() -> SickLeaveContent:
    return SickLeaveContent(
        diagnosis_code="J00",
        diagnosis_label="Etiqueta de muestra",
        member_name="Ana Muestra Ñandú",
        affiliation_number="90000001",
        doctor_name="Dra. Elena Modelo Ejemplo",
        remarks=None,
    )


def sample_paper(code: str = "issstecali", **changed: object) -> Paper:
    """A paper of the institute that waits for no database."""
    profile, cipher, sick_leave_id = institute(code), Cipher(RECORD_KEY), uuid7()
    key_id, sealed = cipher.seal(content().to_bytes(), sick_leave_aad(sick_leave_id))
    waiting = Authorised(
        sick_leave_id=sick_leave_id, folio="7K3M-9QXW-22AB-ZC0T", unit=profile.units[0].code,
        issued_on=date(2031, 2, 28), starts_on=date(2031, 2, 28), days=21, kind="illness",
        content=sealed, content_key_id=key_id, authorised_at=NOW,
    )  # fmt: skip
    made = paper(waiting, cipher, profile, PUBLIC_URL)
    return replace(made, **changed)  # type: ignore[arg-type]  # the fields of Paper, by name


@asynccontextmanager
async def press_of(
    folder: Path, *, workers: int = 2, seconds: float = 20.0
) -> AsyncIterator[Press]:
    """A press with a key of its own."""
    key = sealing_key(folder)
    async with open_press(key, production=False, workers=workers, seconds=seconds) as press:
        yield press
