"""Who is covered, and who is of age: whose records show to whom (R-40, R-45)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

AGE = 18
"""Civil majority, in Mexico as in Ecuador."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person whose records these are, as the family's view needs to know them."""

    member_id: UUID
    family_id: UUID
    holder: bool
    home_unit: str
    valid_from: date
    valid_to: date | None
    withdrawn: bool

    def covered(self, day: date) -> bool:
        """`valid_from <= day <= valid_to`; without `valid_to` the coverage has no end."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def hidden(self) -> bool:
        """Withdrawn from the family's view; the account's own holder sees what is theirs."""
        return self.withdrawn and not self.holder


@dataclass(frozen=True, slots=True)
class Person:
    """What documents print of a member."""

    name: str
    affiliation_number: str
    birth_on: date

    @property
    def masked_number(self) -> str:
        """The last four, which is what a screen needs."""
        return "*" * max(0, len(self.affiliation_number) - 4) + self.affiliation_number[-4:]


def of_age(birth_on: date, day: date) -> bool:
    """Whether 18 years are complete; born on 29 February, on 1 March where there is none."""
    had_birthday = (day.month, day.day) >= (birth_on.month, birth_on.day)
    return day.year - birth_on.year - (not had_birthday) >= AGE
