"""What leaves the renderer: one recipient and bytes, or the reason why there never will be any."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from notifications.domain.mails import Reason


class Unwritable(Exception):
    """The mail can never be written; `reason` says why.

    `contact_version` says which address of the account is at fault, when it is the account's.
    """

    def __init__(self, reason: Reason, contact_version: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.contact_version = contact_version


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail, ready to be handed in.

    `contact_version` is given when it goes to the account's own present address.
    """

    recipient: str
    message: bytes
    contact_version: int | None = None


def usable_address(address: str) -> str:
    """The one recipient as the server must hear it, in ASCII; Unwritable when there is none."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Unwritable(Reason.ADDRESS_UNUSABLE) from None
    if checked.ascii_email is None:
        raise Unwritable(Reason.ADDRESS_UNUSABLE)
    return checked.ascii_email
