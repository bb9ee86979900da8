"""Who acts here besides the family: a doctor in a unit, an authoriser of one unit or of all."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from shared.audit import Actor
from shared.auth import Caller
from shared.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor's account, which belongs to one doctor of one unit (R-14)."""

    account_id: UUID
    doctor_id: UUID
    unit: str
    actor: Actor

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Raises Forbidden for an account without doctor or unit."""
        if caller.doctor_id is None or caller.unit is None:
            raise Forbidden
        return cls(caller.account_id, caller.doctor_id, caller.unit, Actor.of(caller))


@dataclass(frozen=True, slots=True)
class Clerk:
    """Front desk or archive: they work in one unit, and their rights end at its door."""

    unit: str
    actor: Actor

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Raises Forbidden for an account without unit."""
        if caller.unit is None:
            raise Forbidden
        return cls(caller.unit, Actor.of(caller))


@dataclass(frozen=True, slots=True)
class Authoriser:
    """`unit` None: of the whole institute."""

    account_id: UUID
    unit: str | None
    actor: Actor

    @classmethod
    def of(cls, caller: Caller) -> Self:
        return cls(caller.account_id, caller.unit, Actor.of(caller))
