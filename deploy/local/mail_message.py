"""Reads a received mail the way Mailpit's API describes one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

_SNIPPET = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail's tree; `part_id` counts the leaves from 1."""

    part_id: str
    message: EmailMessage

    @property
    def content(self) -> bytes:
        payload = self.message.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    @property
    def filename(self) -> str:
        return self.message.get_filename() or f"parte-{self.part_id}"

    def described(self) -> dict[str, Any]:
        return {
            "PartID": self.part_id,
            "FileName": self.filename,
            "ContentType": self.message.get_content_type(),
            "ContentID": (self.message["Content-ID"] or "").strip("<>"),
            "Size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail."""

    message: EmailMessage

    @classmethod
    def parsed(cls, raw: bytes) -> "Mail":
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101  # what policy.default makes
        return cls(message)

    def header(self, name: str) -> str:
        """Return a header decoded, on one line; empty when it is missing."""
        return re.sub(r"\s+", " ", str(self.message[name] or "")).strip()

    def addresses(self, name: str) -> list[dict[str, str]]:
        values = [str(value) for value in self.message.get_all(name, [])]
        return [
            {"Name": person, "Address": address}
            for person, address in getaddresses(values)
            if address
        ]

    def parts(self) -> Iterator[Part]:
        leaves = (part for part in self.message.walk() if not part.is_multipart())
        for number, leaf in enumerate(leaves, start=1):
            if isinstance(leaf, EmailMessage):
                yield Part(str(number), leaf)

    def body(self, kind: str) -> str:
        """Return the body of subtype `plain` or `html`, empty when there is none."""
        for part in self.parts():
            if part.message.get_content_type() == f"text/{kind}" and not _is_file(part):
                charset = part.message.get_content_charset("utf-8")
                try:
                    return part.content.decode(charset, errors="replace")
                except LookupError:  # a charset that Python does not know
                    return part.content.decode("utf-8", errors="replace")
        return ""

    def files(self) -> Iterator[Part]:
        """Give every part that is not one of the two bodies."""
        for part in self.parts():
            bodies = {"text/plain", "text/html"}
            if _is_file(part) or part.message.get_content_type() not in bodies:
                yield part

    def summary(self) -> dict[str, Any]:
        """Return what a list of mails shows."""
        sender = self.addresses("From")
        return {
            "MessageID": self.header("Message-ID").strip("<>"),
            "From": sender[0] if sender else {"Name": "", "Address": ""},
            "To": self.addresses("To"),
            "Cc": self.addresses("Cc"),
            "Bcc": self.addresses("Bcc"),
            "ReplyTo": self.addresses("Reply-To"),
            "Subject": self.header("Subject"),
            "Attachments": sum(1 for _ in self.files()),
            "Snippet": re.sub(r"\s+", " ", self.body("plain")).strip()[:_SNIPPET],
        }

    def whole(self) -> dict[str, Any]:
        """Return everything: both bodies and what is attached, without the contents of files."""
        attached = [part for part in self.files() if not _is_inline(part)]
        inline = [part for part in self.files() if _is_inline(part)]
        return self.summary() | {
            "Date": self._date(),
            "ReturnPath": self.header("Return-Path").strip("<>"),
            "ListUnsubscribe": {"Header": self.header("List-Unsubscribe")},
            "Text": self.body("plain"),
            "HTML": self.body("html"),
            "Attachments": [part.described() for part in attached],
            "Inline": [part.described() for part in inline],
        }

    def _date(self) -> str:
        try:
            return parsedate_to_datetime(self.header("Date")).isoformat()
        except ValueError:
            return ""

    def headers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.message.items():
            found.setdefault(name, []).append(str(value))
        return found


def _is_file(part: Part) -> bool:
    return part.message.is_attachment() or part.message.get_filename() is not None


def _is_inline(part: Part) -> bool:
    return not part.message.is_attachment() and part.message["Content-ID"] is not None
