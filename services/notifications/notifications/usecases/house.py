"""The institute in whose name mails go out, as far as duties to mail depend on it."""

from dataclasses import dataclass
from datetime import datetime

from shared.profile import Profile


@dataclass(frozen=True, slots=True)
class House:
    """Message-IDs end in the domain of the institute's sender."""

    profile: Profile

    @property
    def domain(self) -> str:
        return self.profile.sender.address.partition("@")[2]

    def reminder_hours(self, starts_at: datetime) -> tuple[int, ...]:
        """Hours before an appointment, by the policies of its day (R-30)."""
        day = starts_at.astimezone(self.profile.zone_info).date()
        return self.profile.policies_at(day).reminder_hours
