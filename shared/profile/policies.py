"""The institute's policy numbers, and from which day each set of them holds (R-30)."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from shared.profile.fields import Part

_Minutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
_Hours = Annotated[int, Field(ge=1, le=90 * 24)]
_Days = Annotated[int, Field(ge=1, le=366)]
_Count = Annotated[int, Field(ge=1, le=100)]


def _earliest_first(hours: tuple[int, ...]) -> tuple[int, ...]:
    if any(earlier <= later for earlier, later in pairwise(hours)):
        raise ValueError("must fall: the earliest reminder first, none twice")
    return hours


class Policies(Part):
    """One set of policy numbers; the names are those that GET /v1/institute shows."""

    effective_from: date

    cancel_min_minutes: _Minutes
    """R-27: cancelling is allowed while at least this long remains."""
    sanction_hours: _Hours
    """R-28: cancelling later than this before the appointment sanctions."""
    sanction_per_week: _Count
    """R-28: this cancellation of one ISO week, and each later one, sanctions."""
    sanction_days: _Days
    """R-28: how long a sanction lasts."""
    horizon_days: _Days
    """R-25: how many days ahead an appointment may be booked."""
    lead_minutes: _Minutes
    """R-25: how long before its start an appointment may still be booked."""
    max_active: _Count
    """R-25: active appointments a member may have at once."""
    max_per_day: _Count
    max_per_7_days: _Count
    max_per_30_days: _Count
    """R-25: appointments of a member in 1, 7 and 30 days, by the day they take place."""
    activation_hours: _Hours
    """R-05: life of an activation link."""
    activation_resend_min_seconds: Annotated[int, Field(ge=0, le=86_400)]
    """R-06: least time between two mails with a link of one kind to one account."""
    recovery_hours: _Hours = 24
    """R-09: life of a link that recovers the password."""
    temporary_password_days: _Days
    """R-07: life of a generated password that is never changed."""
    force_password_change: bool
    """R-07: whether a temporary password must be changed at the first login."""
    reactivation_wait_hours: _Hours
    """R-11: how long the old address can stop a change of e-mail."""
    reminder_hours: Annotated[
        tuple[_Hours, ...], Field(max_length=5), AfterValidator(_earliest_first)
    ]
    """R-50: hours before the appointment at which reminders go out; empty for none."""
    web_handover_minutes: _Minutes
    """R-24: minutes before a time at which it passes to the counter if unused; 0 for never."""
    web_handback_minutes: _Minutes = 0
    """R-24: minutes before it at which it is the web's again; 0 for not at all."""
    sick_leave_months: Annotated[int, Field(ge=1, le=60)]
    """R-42: calendar months back that the list of sick leaves reaches."""
    referral_days: _Days = 90
    """R-46: how long a referral opens its specialty."""

    @model_validator(mode="after")
    def _consistent(self) -> "Policies":
        faults = []
        if not self.max_per_day <= self.max_per_7_days <= self.max_per_30_days:
            faults.append("max_per_day, max_per_7_days and max_per_30_days must not fall")
        if self.cancel_min_minutes > self.sanction_hours * 60:
            faults.append("cancel_min_minutes reaches beyond sanction_hours")
        if 0 < self.web_handover_minutes <= self.web_handback_minutes:
            faults.append("web_handback_minutes is not less than web_handover_minutes")
        if self.lead_minutes > self.horizon_days * 24 * 60:
            faults.append("lead_minutes reaches beyond horizon_days")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def in_order(policies: tuple[Policies, ...]) -> tuple[Policies, ...]:
    """A validator: each set begins later than the one before."""
    days = [entry.effective_from for entry in policies]
    if any(earlier >= later for earlier, later in pairwise(days)):
        raise ValueError("effective_from must grow from one entry to the next")
    return policies


def carried_forward(entries: Sequence[Any]) -> list[Any]:
    """Each entry completed by the one before, so that a file states only what changes."""
    complete: list[Any] = []
    before: dict[str, Any] = {}
    for entry in entries:
        if isinstance(entry, dict):
            before = before | entry
            complete.append(before)
        else:
            complete.append(entry)
    return complete


def policies_at(policies: Sequence[Policies], day: date) -> Policies:
    """The set that holds on a local day; before the first one began, the first."""
    held = [entry for entry in policies if entry.effective_from <= day]
    return held[-1] if held else policies[0]
