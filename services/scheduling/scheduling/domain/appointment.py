"""Ways in which cancelling, marking and lifting are refused (R-27, R-29, R-33)."""

from shared.errors import Conflict


class AlreadyCancelled(Conflict):
    slug = "already-cancelled"


class TooLateToCancel(Conflict):
    """Less than the least anticipation remains, or the appointment is over."""

    slug = "too-late-to-cancel"


class AgendaFull(Conflict):
    """Not one place is left for the web within the horizon (R-21)."""

    slug = "agenda-full"


class AttendanceRecorded(Conflict):
    """It is marked as attended or missed, and that is taken back first (R-33)."""

    slug = "attendance-recorded"


class SanctionOver(Conflict):
    """It was lifted before, or its end has come: there is nothing to lift (R-29)."""

    slug = "sanction-over"
