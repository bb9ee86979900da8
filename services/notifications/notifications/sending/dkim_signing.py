"""A DKIM signature (RFC 6376) over the bytes as they leave, where the relay doesn't sign itself."""

from dataclasses import dataclass

import dkim

_HEADERS = (
    b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"auto-submitted",
    b"mime-version", b"content-type",
)  # fmt: skip
_PROBE = b"From: a@example.org\r\n\r\n.\r\n"


class KeyUnusable(ValueError):
    """Not an RSA key in PEM, or not a selector that DNS could hold."""


@dataclass(frozen=True, slots=True)
class DkimSigner:
    """`key` is an RSA key in PEM; its public half stands in DNS at `selector._domainkey.domain`."""

    selector: str
    domain: str
    key: str

    def __post_init__(self) -> None:
        try:
            self.signed(_PROBE)
        except (dkim.DKIMException, ValueError) as fault:
            raise KeyUnusable("dkim_key or dkim_selector can't be used") from fault

    def signed(self, message: bytes) -> bytes:
        """The message with its signature before it; header order and line ends stay."""
        signature: bytes = dkim.sign(
            message,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key.encode("ascii"),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in _HEADERS if _has(message, name)],
        )
        return signature + message


def _has(message: bytes, name: bytes) -> bool:
    head = message.partition(b"\r\n\r\n")[0].lower()
    return head.startswith(name + b":") or b"\r\n" + name + b":" in head
