"""The contact form's rules: folios, and how many messages a sender may leave (R-53)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

PREFIX = "C-"
"""How the folio of a message begins."""
TEXT_LETTERS = 4_000
KEPT_FOR = timedelta(days=30)
"""After this long the text is erased even if no server ever took it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages in the window that begins with the first."""

    kind: Literal["account", "mailbox", "address"]
    at_most: int
    window: timedelta


_HOUR = timedelta(hours=1)
PER_ACCOUNT = Limit("account", 10, _HOUR)
PER_MAILBOX = Limit("mailbox", 3, _HOUR)
"""By the address that would be acknowledged: nobody's mailbox is filled by others. An account that
writes from its own address is not held up by what others wrote there."""
PER_ADDRESS = Limit("address", 60, _HOUR)
"""By network address, for who has no session; a carrier puts thousands behind one."""
