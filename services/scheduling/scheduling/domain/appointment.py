"""Ways in which cancelling is refused (R-27)."""

from shared.errors import Conflict


class AlreadyCancelled(Conflict):
    slug = "already-cancelled"


class TooLateToCancel(Conflict):
    """Less than the least anticipation remains, or the appointment is over."""

    slug = "too-late-to-cancel"


class AgendaFull(Conflict):
    """Not one place is left for the web within the horizon (R-21)."""

    slug = "agenda-full"
