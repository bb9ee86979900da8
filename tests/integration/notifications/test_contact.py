"""The contact form: who may write, what reaches whom, and what can't be smuggled in (R-53)."""

from typing import Any

import pytest
from builders.mail_api import Api, person
from builders.mail_facts import PROFILE, Family
from builders.notifications import World


async def test_r_53_without_a_session_the_public_kind_is_taken_and_answered_with_a_folio(
    world: World, api: Api
) -> None:
    answer = await api.write()
    assert answer.status == 201
    folio = answer.body["folio"]
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None))
    to_institute, to_sender = sorted(
        world.mail_server.accepted, key=lambda mail: mail.recipients != (PROFILE.contact_address,)
    )
    assert to_institute.recipients == (PROFILE.contact_address,)
    assert to_institute.parsed["Reply-To"] == "persona@example.org"
    assert to_institute.parsed["From"].addresses[0].addr_spec == PROFILE.sender.address
    assert to_institute.parsed["Subject"] == f"Formulario de contacto {folio}: Problema de acceso"
    text = to_institute.body("plain")
    assert "No puedo entrar.\nYa pedí otra contraseña." in text.replace("\r\n", "\n")
    assert to_sender.recipients == ("persona@example.org",)
    assert to_sender.parsed["Auto-Submitted"] == "auto-generated"
    assert "Reply-To" not in to_sender.parsed


async def test_r_53_the_acknowledgement_repeats_nothing_that_was_written(
    world: World, api: Api
) -> None:
    written = "Compre barato en http://spam.example.org"
    folio = (await api.write(text=written)).body["folio"]
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None))
    (acknowledged,) = [
        mail for mail in world.mail_server.accepted if mail.recipients == ("persona@example.org",)
    ]
    source = acknowledged.content.decode()
    assert folio in acknowledged.body("plain")
    assert "spam" not in source
    assert "Compre" not in source


async def test_r_53_with_a_session_every_kind_is_taken_and_the_persons_name_is_used(
    world: World, api: Api
) -> None:
    family = await world.knows(Family())
    owner = person(account_id=family.account_id)
    for kind in PROFILE.contact_kinds:
        answer = await api.write(owner, kind=kind.code, email=f"{kind.code}@example.org")
        assert answer.status == 201, answer.body
    async with world.sending():
        await world.becomes(*[("sent", None)] * 10)
    assert sum(f"Hola, {family.name}:" in text for text in world.mail_server.texts()) == 5
    assert sum(f"Cuenta: {family.name}" in text for text in world.mail_server.texts()) == 5


@pytest.mark.parametrize("kind", [kind.code for kind in PROFILE.contact_kinds if not kind.public])
async def test_r_53_without_a_session_no_other_kind_is_taken(api: Api, kind: str) -> None:
    answer = await api.write(kind=kind)
    assert (answer.status, answer.slug) == (401, "session-required")
    assert await api.world.mails() == []


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"kind": "inventada"}, "/kind"),
        ({"accepts_notices": False}, "/accepts_notices"),
        ({"accepts_notices": "true"}, "/accepts_notices"),
        ({"text": ""}, "/text"),
        ({"text": " \n "}, "/text"),
        ({"text": "a" * 4001}, "/text"),
        ({"text": "nulo\0"}, "/text"),
        ({"text": "\u202eal revés"}, "/text"),
        ({"email": ""}, "/email"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "/email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "/email"),
        ({"email": "a@example.org, b@example.org"}, "/email"),
        ({"email": "a@example.org;b@example.org"}, "/email"),
        ({"email": "Ana <a@example.org>"}, "/email"),
        ({"email": '"a\r\nb"@example.org'}, "/email"),
        ({"email": "a@example.org\0"}, "/email"),
        ({"email": "a@example.org\u2028Bcc: b@example.org"}, "/email"),
        ({"email": "ñandú@example.org"}, "/email"),
        ({"email": "a b@example.org"}, "/email"),
        ({"email": f"{'a' * 250}@example.org"}, "/email"),
        ({"kind": "problema_de_acceso\r\nBcc: b@example.org"}, "/kind"),
    ],
)
async def test_r_53_what_is_not_exactly_one_address_or_a_plain_text_is_refused(
    api: Api, changed: dict[str, Any], pointer: str
) -> None:
    answer = await api.write(**changed)
    assert answer.status == 422, answer.body
    assert pointer in {fault["pointer"] for fault in answer.body["errors"]}
    assert await api.world.mails() == []


@pytest.mark.parametrize(
    "text",
    [
        "uno\r\nBcc: otra@example.org\r\n\r\ndos",
        "\r\n.\r\nMAIL FROM:<otra@example.org>\r\nRCPT TO:<otra@example.org>\r\nDATA\r\n",
        "--=_a\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
        "=?utf-8?b?QmNj?= =0D=0ABcc: x",
        "\u2028Bcc: otra@example.org\u2029<img src=x onerror=alert(1)>",
        "emoji 👩🏽‍⚕️ y ñandú",
    ],
)
async def test_r_53_no_text_makes_another_header_part_or_mail(
    world: World, api: Api, text: str
) -> None:
    assert (await api.write(text=text)).status == 201
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None))
    assert len(world.mail_server.accepted) == 2
    (mail,) = [
        one for one in world.mail_server.accepted if one.recipients == (PROFILE.contact_address,)
    ]
    assert set(mail.parsed.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    kinds = [part.get_content_type() for part in mail.parsed.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    page = mail.body("html")
    assert "<script" not in page
    assert "<img" not in page
    said = mail.body("plain")
    assert text.strip().splitlines()[-1] in said
