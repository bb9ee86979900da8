"""A clock that a test moves."""

from datetime import datetime, timedelta


class MovableClock:
    """Call it for the instant; it stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def forward(self, **span: float) -> None:
        """Moves by a timedelta's arguments: `forward(minutes=5)`."""
        self._at += timedelta(**span)

    def set(self, at: datetime) -> None:
        """Stands at another instant."""
        self._at = at
