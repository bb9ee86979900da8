"""Finding an account by what its owner types: the holder's number or the e-mail (R-08)."""

from dataclasses import dataclass

from identity.domain.accounts import Account
from identity.emails import read_address
from identity.repository import accounts
from shared.database import Transaction
from shared.profile import Profile


@dataclass(frozen=True, slots=True)
class Username:
    """`number` and `email_key` are the canonical forms that the text can be read as."""

    text: str
    number: str | None
    email_key: str | None


def read_username(profile: Profile, text: str) -> Username:
    """Whatever the text, a username: one that can't exist finds nothing, as slowly as the others.

    `text` becomes the form by which failures are counted: one name has one spelling.
    """
    stripped = text.strip()
    if (number := profile.valid_affiliation_number(stripped)) is not None:
        return Username(number, number, None)
    address = read_address(stripped) if "@" in stripped else None
    if address is not None:
        return Username(address.key, None, address.key)
    return Username(stripped.lower(), None, None)


async def find_account(tx: Transaction, username: Username) -> Account | None:
    """The account that is not closed; one query whatever the text was."""
    if username.email_key is not None:
        return await accounts.by_email(tx, username.email_key)
    return await accounts.by_holder_number(tx, username.number or "")
