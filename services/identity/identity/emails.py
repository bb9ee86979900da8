"""E-mail addresses: exactly one, as it is stored and as it is compared."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True, slots=True)
class Address:
    """`email` is written to; `key` is compared: lower case, the domain in ASCII."""

    email: str
    key: str


def read_address(text: str) -> Address | None:
    """The one address in `text`, or None: no display name, no list, ASCII before the @."""
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    email = found.ascii_email or found.normalized
    return Address(email, email.lower())
