"""Identity's refusals, each with its slug of the problem catalogue."""

from shared.errors import Conflict, DomainError, Gone, Invalid


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


class WeakPassword(Invalid):
    """Too short, too long, common, or made of what everybody knows of its owner (R-10)."""

    slug = "weak-password"


class AccountExists(Conflict):
    """The address, or the doctor, has an account already (R-14)."""

    slug = "account-exists"


class NotClosable(Conflict):
    """One's own account, the last administrator's, or one that is closed (R-14)."""

    slug = "account-not-closable"


class NoSerial(Conflict):
    """The roll gives the family no serial: there is nothing to hand out (R-12)."""

    slug = "no-serial"
