"""The development mail catcher: what it accepts over SMTP it shows by Mailpit's API and pages."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import aiosmtplib
import pytest
from builders.mailbox import SCRIPT, Box, mail

from deploy.local.mailbox import mailbox
from deploy.local.ports import free_ports


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    smtp_port, http_port = free_ports(2)
    async with (
        mailbox(tmp_path, smtp_port, http_port),
        aiohttp.ClientSession(f"http://127.0.0.1:{http_port}") as http,
    ):
        yield Box(smtp_port, http)


async def test_mails_are_listed_newest_first_with_their_total(box: Box) -> None:
    await box.send(*(mail(number) for number in range(1, 6)))

    listed = await box.get("/api/v1/messages?limit=2&start=1")

    assert listed["total"] == 5
    assert [entry["Subject"] for entry in listed["messages"]] == [
        "Su cita número 4",
        "Su cita número 3",
    ]
    assert listed["messages"][0]["To"] == [{"Name": "María Ñuñez", "Address": "ana@example.org"}]
    assert listed["messages"][0]["Attachments"] == 1


async def test_a_mail_gives_both_bodies_and_its_attachments(box: Box) -> None:
    await box.send(mail())
    (listed,) = (await box.get("/api/v1/messages"))["messages"]

    whole = await box.get(f"/api/v1/message/{listed['ID']}")

    assert whole["Text"].strip() == "Confirme en http://localhost:8080/activar?clave=abc"
    assert "Su cita" in whole["HTML"]
    (attached,) = whole["Attachments"]
    assert (attached["FileName"], attached["ContentType"]) == ("cita.ics", "text/calendar")
    assert whole["Inline"] == []
    headers = await box.get(f"/api/v1/message/{listed['ID']}/headers")
    assert headers["Subject"] == ["Su cita número 1"]

    part = f"/api/v1/message/{listed['ID']}/part/{attached['PartID']}"
    content, response = await box.text(part)
    assert content.startswith("BEGIN:VCALENDAR")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''cita.ics"
    assert response.headers["Content-Security-Policy"] == "sandbox"


async def test_mails_are_found_by_recipient_and_deleted(box: Box) -> None:
    await box.send(mail(1), mail(2, "Luis@Example.org"), mail(3))

    found = await box.get("/api/v1/search?query=to:luis@example.org")
    assert [entry["Subject"] for entry in found["messages"]] == ["Su cita número 2"]

    await box.http.delete("/api/v1/messages", json={"IDs": [found["messages"][0]["ID"]]})
    assert (await box.get("/api/v1/messages"))["total"] == 2
    await box.http.delete("/api/v1/messages")
    assert (await box.get("/api/v1/messages"))["total"] == 0
    assert (await box.get("/api/v1/search?query=to:ana@example.org"))["total"] == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/message/none", 404),
        ("/api/v1/message/latest/part/9", 404),
        ("/view/none", 404),
        ("/api/v1/messages?limit=many", 400),
        ("/api/v1/messages?start=%D9%A1", 400),
        ("/api/v1/search?query=subject:cita", 400),
    ],
)
async def test_a_wrong_question_is_answered_as_one(box: Box, path: str, status: int) -> None:
    await box.send(mail())
    _, response = await box.text(path)
    assert response.status == status


async def test_pages_show_mails_in_spanish_and_run_nothing_of_them(box: Box) -> None:
    empty, _ = await box.text("/")
    assert "Todavía no ha llegado ningún correo." in empty
    await box.send(mail())
    (listed,) = (await box.get("/api/v1/messages"))["messages"]

    listing, response = await box.text("/?para=ana@example.org")
    assert f"/view/{listed['ID']}" in listing
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")

    page, _ = await box.text(f"/view/{listed['ID']}")
    assert 'href="http://localhost:8080/activar?clave=abc"' in page
    assert SCRIPT not in page
    assert "cita.ics" in page

    framed, response = await box.text(f"/view/{listed['ID']}/html")
    assert "Su cita" in framed
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


async def test_a_picture_inside_a_mail_is_shown_from_the_mail(box: Box) -> None:
    message = EmailMessage()
    message["From"] = "citas@example.org"
    message["To"] = "ana@example.org"
    message.set_content("texto")
    message.add_alternative('<img src="cid:sello">', subtype="html")
    (_, html) = message.iter_parts()
    html.add_related(b"GIF89a", "image", "gif", cid="<sello>", disposition="inline")
    await box.send(message)

    whole = await box.get("/api/v1/message/latest")
    (inline,) = whole["Inline"]
    assert inline["ContentID"] == "sello"
    framed, _ = await box.text(f"/view/{whole['ID']}/html")
    assert f'src="/api/v1/message/{whole["ID"]}/part/{inline["PartID"]}"' in framed


async def test_a_mail_that_is_not_well_made_is_kept_all_the_same(box: Box) -> None:
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=box.smtp_port, start_tls=False)
    async with smtp:
        for raw in (
            b"\xff\xfe no header at all",
            b"Subject: =?x-unknown?b?zzz?=\r\nContent-Type: text/plain; charset=none\r\n\r\nx\xff",
            b"Date: never\r\nFrom: ,,,\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b",
            b"",
        ):
            await smtp.sendmail("a@example.org", ["ana@example.org"], raw)

    listed = await box.get("/api/v1/messages")
    assert listed["total"] == 4
    for entry in listed["messages"]:
        await box.get(f"/api/v1/message/{entry['ID']}")
        _, response = await box.text(f"/view/{entry['ID']}")
        assert response.status == 200
