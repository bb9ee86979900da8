"""The bytes of a mail (RFC 5322, RFC 2045): a small builder, because the stdlib's costs 1.9 ms.

Whatever a person typed is encoded: no header line can be ended from within (R-53).
"""

import binascii
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

_WORD_BYTES = 39
"""52 letters of base64: with its header's name a line stays below the 76 of RFC 2047."""
_PLAIN_LETTERS = 60
_SPECIALS = frozenset('()<>[]:;@\\,."')


@dataclass(frozen=True, slots=True)
class Attachment:
    """`kind` is the whole Content-Type without the name; `name` is plain ASCII."""

    name: str
    kind: str
    content: bytes


def message(
    *,
    sender: tuple[str, str],
    recipient: str,
    subject: str,
    at: datetime,
    message_id: str,
    language: str,
    text: str,
    html: str,
    attachment: Attachment | None = None,
    reply_to: str | None = None,
) -> bytes:
    """One mail to one recipient, CRLF line ends, seven bits.

    `sender` is (name, address). Addresses and `message_id` must have been judged before; ValueError
    when one of them could end a header line all the same.
    """
    for bare in (sender[1], recipient, message_id, reply_to or recipient):
        if not bare.isascii() or not bare.isprintable() or " " in bare:
            raise ValueError("an address or id that is no token")
    boundary = f"=_{message_id[1:37]}"
    both = _multipart(
        "alternative", f"{boundary}_a", [_readable("plain", text), _readable("html", html)]
    )
    body = both if attachment is None else _mixed(boundary, both, attachment)
    answers = f"Reply-To: {reply_to}\r\n" if reply_to is not None else ""
    headers = (
        f"From: {_name(sender[0])}\r\n <{sender[1]}>\r\n"
        f"To: {recipient}\r\n{answers}"
        f"Subject: {encoded(subject)}\r\n"
        f"Date: {format_datetime(at)}\r\n"
        f"Message-ID: {message_id}\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Auto-Response-Suppress: All\r\n"
        f"Content-Language: {language}\r\n"
        "MIME-Version: 1.0\r\n"
    )
    return headers.encode("ascii") + body


def encoded(value: str) -> str:
    """A header's text: as it is when it is plain and short, else as encoded words (RFC 2047)."""
    clean = _one_line(value)
    return clean if _plain(clean) else _words(clean)


def _name(value: str) -> str:
    """A name before an address: bare, quoted where it has specials (RFC 5322), or encoded."""
    clean = _one_line(value)
    if not _plain(clean):
        return _words(clean)
    if not _SPECIALS & set(clean):
        return clean
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _one_line(value: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in value)


def _plain(clean: str) -> bool:
    return clean.isascii() and len(clean) <= _PLAIN_LETTERS and "=?" not in clean


def _words(clean: str) -> str:
    words: list[bytes] = [b""]
    for letter in clean:
        octets = letter.encode()
        if len(words[-1]) + len(octets) > _WORD_BYTES:
            words.append(b"")
        words[-1] += octets
    lines = (binascii.b2a_base64(word, newline=False).decode() for word in words)
    return "\r\n ".join(f"=?utf-8?b?{line}?=" for line in lines)


def _mixed(boundary: str, body: bytes, attachment: Attachment) -> bytes:
    file = (
        f'Content-Type: {attachment.kind}; name="{attachment.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{attachment.name}"\r\n\r\n'
    ).encode("ascii") + _lines(attachment.content)
    return _multipart("mixed", f"{boundary}_m", [body, file])


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    opened = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return head + opened + line + b"--\r\n"


def _readable(kind: str, content: str) -> bytes:
    """Quoted-printable: filters and people can read it, and no line grows too long."""
    octets = "\r\n".join(content.splitlines()).encode()
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii") + binascii.b2a_qp(octets, istext=True)


def _lines(content: bytes) -> bytes:
    """Base64 in lines of 76 letters."""
    return b"\r\n".join(
        binascii.b2a_base64(content[at : at + 57], newline=False)
        for at in range(0, len(content), 57)
    )
