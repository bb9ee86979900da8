"""Clinical records' refusals, each with its slug of the problem catalogue."""

from shared.errors import Conflict, Forbidden


class RecordsWithdrawn(Forbidden):
    """The person withdrew them from the family's view (R-45)."""

    slug = "records-withdrawn"


class NotCovered(Conflict):
    slug = "not-covered"


class AlreadyVoided(Conflict):
    """What is voided stays voided (R-41)."""

    slug = "already-voided"


class HolderOnly(Conflict):
    """Sick leaves are the insured worker's own (R-42)."""

    slug = "holder-only"


class WrongState(Conflict):
    """The sick leave isn't where this act begins (R-43)."""

    slug = "sick-leave-state"


class OwnIssue(Conflict):
    """Who issued it can't authorise it (R-43)."""

    slug = "own-sick-leave"


class MayNotRefer(Forbidden):
    """Referrals are given by general or family medicine (R-46)."""

    slug = "may-not-refer"


class WithdrawalNotAllowed(Conflict):
    """Under age, or the account's own holder (R-45)."""

    slug = "withdrawal-not-allowed"


class NotSealed(Conflict):
    """Unsealed it is never printed (R-44)."""

    slug = "not-sealed"
