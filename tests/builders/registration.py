"""Registering a family as a client does, up to the token of the mailed link."""

import re
from collections.abc import Awaitable, Callable

from builders.system import Answer, System

_TOKEN = re.compile(r"/activar\?token=([A-Za-z0-9_-]{43})")
ACCEPTS = {
    "privacy_full": True,
    "privacy_simplified": True,
    "terms": True,
    "family_grouping": True,
}


async def registered(
    system: System, address: str, *, ask: Callable[..., Awaitable[Answer]] | None = None
) -> str:
    """Registers a spare family and returns the token of the mailed link.

    `ask` makes the call where somebody else is to be counted than the test's own address.
    """
    family = system.spare_family()
    phone = "6861234567" if "issstecali" in system.local["institute"] else "0991234567"
    answer = await (ask or system.call)(
        "POST",
        "/v1/accounts",
        json={
            **family,
            "phone": phone,
            "email": address,
            "email_confirmation": address,
            "accepts": ACCEPTS,
        },
    )
    assert answer.status == 202, answer.body
    mail = await system.mail(address, number=1)
    match = _TOKEN.search(mail["Text"])
    assert match is not None
    assert f"{system.gateway}{match[0]}" in mail["HTML"]
    return match[1]
