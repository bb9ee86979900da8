"""Identity's refusals, each with its slug of the problem catalogue."""

from shared.errors import Conflict, DomainError, Gone


class RollMismatch(DomainError):
    """Unknown number, wrong serial, no serial or no coverage: one answer for all (R-04)."""

    slug = "roll-mismatch"


class AlreadyRegistered(Conflict):
    """The family has its account; told only to who proved the serial (R-04)."""

    slug = "already-registered"


class InvalidCredentials(DomainError):
    """One failure for everything that is wrong with a log-in (R-08)."""

    slug = "invalid-credentials"


class LinkUsed(Gone):
    slug = "link-used"


class LinkExpired(Gone):
    """Its time is over, or a newer link took its place (R-05)."""

    slug = "link-expired"
