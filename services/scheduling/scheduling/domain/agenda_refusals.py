"""Ways in which changing an agenda is refused (R-24, R-31, R-32)."""

from shared.errors import Conflict


class AgendaWithdrawn(Conflict):
    """The day was withdrawn already, or is being withdrawn."""

    slug = "agenda-withdrawn"


class QuotaBelowUsed(Conflict):
    """The web has taken more places than that (R-24); `least` is the least possible quota."""

    slug = "quota-below-used"

    def __init__(self, least: int) -> None:
        super().__init__(f"El cupo mínimo posible es {least}.", least=least)


class NotMovable(Conflict):
    """The appointment has begun, or was attended or missed."""

    slug = "not-movable"
