"""The letters of recovery and change of address, and every notice, in both Spanishes."""

import html
from datetime import UTC, datetime

import pytest
from builders.mail_facts import INSTITUTES, PUBLIC_URL

from notifications.domain.mails import Template
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.account_notices import NOTICES
from notifications.rendering.pages import Rendered
from notifications.rendering.renderer import Renderer
from shared.profile import Profile, load_profile

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PROFILES = [load_profile(INSTITUTES / name) for name in ("issstecali", "iess")]
TOKEN = "k_-" + "A" * 40
DATA = {
    "token": TOKEN,
    "new_email": "nueva<x>@example.org",
    "effective_at": "2026-11-26T15:00:00Z",
    "state": "waiting",
}
either_institute = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)


def shown(profile: Profile, template: Template, **changed: str) -> Rendered:
    known = AccountFacts("Persona Generada", DATA | changed, AT)
    return Renderer(profile, PUBLIC_URL).account_letter(template, known, delayed=False)


@either_institute
@pytest.mark.parametrize(
    ("template", "page"),
    [
        (Template.RECOVERY, "recuperar"),
        (Template.EMAIL_CHANGE, "correo"),
        (Template.EMAIL_CHANGED, "no-fui-yo"),
    ],
)
def test_the_link_is_the_first_of_the_text_and_stands_in_the_html(
    profile: Profile, template: Template, page: str
) -> None:
    letter = shown(profile, template)
    link = f"{PUBLIC_URL}/{page}?token={TOKEN}"
    first = next(word for word in letter.text.split() if word.startswith("http"))
    assert first == link
    assert html.escape(link) in letter.html
    assert "Persona Generada" in letter.text


@either_institute
def test_r_09_the_letter_says_until_when_by_the_profile(profile: Profile) -> None:
    clock = "7:00" if profile.code == "issstecali" else "10:00"
    assert f"martes 24 de noviembre de 2026, {clock}" in shown(profile, Template.RECOVERY).text


@either_institute
def test_r_11_the_old_address_reads_when_it_takes_effect_and_to_where(profile: Profile) -> None:
    waiting = shown(profile, Template.EMAIL_CHANGED)
    clock = "7:00" if profile.code == "issstecali" else "10:00"
    assert f"jueves 26 de noviembre de 2026, {clock}" in waiting.text
    assert "nueva<x>@example.org" in waiting.text
    assert "nueva<x>" not in waiting.html
    done = shown(profile, Template.EMAIL_CHANGED, state="done")
    assert "cambió el" in done.text
    assert waiting.text != done.text


@either_institute
def test_r_11_the_new_address_reads_how_long_the_change_waits(profile: Profile) -> None:
    assert "72 horas" in shown(profile, Template.EMAIL_CHANGE).text


@either_institute
@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_says_what_happened_when_and_whom_to_call(
    profile: Profile, notice: str
) -> None:
    letter = shown(profile, Template.ACCOUNT_NOTICE, notice=notice)
    assert profile.helpline in letter.text
    assert "23 de noviembre de 2026" in letter.text
    assert TOKEN not in letter.text + letter.html


def test_no_two_notices_say_the_same() -> None:
    texts = {shown(PROFILES[0], Template.ACCOUNT_NOTICE, notice=notice).text for notice in NOTICES}
    assert len(texts) == len(NOTICES)


def test_a_notice_or_a_state_that_is_not_known_is_a_missing_piece() -> None:
    with pytest.raises(KeyError):
        shown(PROFILES[0], Template.ACCOUNT_NOTICE, notice="unheard_of")
    with pytest.raises(KeyError):
        shown(PROFILES[0], Template.EMAIL_CHANGED, state="unheard_of")
