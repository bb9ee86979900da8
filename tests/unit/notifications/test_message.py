"""The builder's bytes, read back by the standard library: nothing is lost, nothing gets in."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rendering.message import Attachment, message

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MESSAGE_ID = "<018f0000-0000-7000-8000-000000000001.activation@example.org>"
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


def built(**changed: Any) -> bytes:
    fields: dict[str, Any] = {
        "sender": ("ISSSTECALI - Servicios en línea", "sisa@example.org"),
        "recipient": "persona@example.org",
        "subject": "Tu cita quedó agendada",
        "at": AT,
        "message_id": MESSAGE_ID,
        "language": "es-MX",
        "text": "Hola, Año Ñandú:\n\n.\nhttps://citas.example.org/activar?token=" + "a" * 80,
        "html": "<p>Hola &amp; adiós</p>",
    }
    return message(**fields | changed)


def read(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def part(found: EmailMessage, kind: str) -> str:
    body = found.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_standard_library_reads_what_was_written() -> None:
    found = read(built())
    assert found["From"] == "ISSSTECALI - Servicios en línea <sisa@example.org>"
    assert found["To"] == "persona@example.org"
    assert found["Subject"] == "Tu cita quedó agendada"
    assert found["Message-ID"] == MESSAGE_ID
    assert found["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(found["Date"]) == AT
    assert found.get_content_type() == "multipart/alternative"
    assert part(found, "plain").endswith("token=" + "a" * 80 + "\n") or "a" * 80 in part(
        found, "plain"
    )
    assert part(found, "html").strip() == "<p>Hola &amp; adiós</p>"


def test_an_attachment_comes_beside_both_bodies_with_its_method() -> None:
    content = b"BEGIN:VCALENDAR\r\n" * 20
    kind = "text/calendar; charset=utf-8; method=REQUEST"
    found = read(built(attachment=Attachment("cita.ics", kind, content)))
    (attachment,) = found.iter_attachments()
    assert attachment.get_filename() == "cita.ics"
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_param("method") == "REQUEST"
    assert attachment.get_payload(decode=True) == content
    assert "Ñandú" in part(found, "plain")


def test_lines_are_short_seven_bit_and_end_in_crlf() -> None:
    content = built(subject="Aviso muy largo y con eñes: " + "ñ" * 300)
    lines = content.split(b"\r\n")
    # An id has no place where it could be folded; every other line stays inside RFC 5322's 78.
    assert max(len(line) for line in lines if not line.startswith(b"Message-ID")) <= 78
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")


@given(st.text(max_size=300), st.text(max_size=120))
def test_r_53_no_header_can_be_injected_by_a_subject_or_a_name(subject: str, name: str) -> None:
    found = read(built(subject=subject, sender=(name, "sisa@example.org")))
    assert set(found.keys()) == HEADERS
    assert len(found.keys()) == len(HEADERS)
    assert found["From"].addresses[0].addr_spec == "sisa@example.org"


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=400))
def test_any_readable_subject_arrives_as_it_was(subject: str) -> None:
    shown = "".join(letter if letter.isprintable() else " " for letter in subject)
    assert str(read(built(subject=subject))["Subject"]).split() == shown.split()


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=600))
def test_any_body_arrives_as_it_was(text: str) -> None:
    assert part(read(built(text=text)), "plain").rstrip("\r\n") == text.rstrip("\r\n")


def test_a_name_with_line_ends_stays_one_header() -> None:
    found = read(built(subject="Hola\r\nBcc: otra@example.org", sender=("A\r\nB: c", "a@b.org")))
    assert found["Bcc"] is None
    assert found["Subject"] == "Hola  Bcc: otra@example.org"


@pytest.mark.parametrize("field", ["recipient", "message_id"])
@pytest.mark.parametrize("ending", ["\r\nBcc: x@example.org", "\n", "\0", " x", "ñ"])
def test_an_address_that_could_end_its_line_is_refused(field: str, ending: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        built(**{field: "a@example.org" + ending})


def test_r_53_an_answer_goes_where_reply_to_says() -> None:
    found = read(built(reply_to="otra@example.org"))
    assert found["Reply-To"] == "otra@example.org"
    assert set(found.keys()) == HEADERS | {"Reply-To"}


@pytest.mark.parametrize(
    "address",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y", "a b@example.org",
     "a@example.org\0", "ñ@example.org", "a@example.org\u2028X: y", "a@example.org\x0bX: y"],
)  # fmt: skip
def test_r_53_no_address_ends_its_header(address: str) -> None:
    for place in ("reply_to", "recipient"):
        with pytest.raises(ValueError, match="token"):
            built(**{place: address})
