"""Which reminders an appointment gets, and until when each is of use (R-50)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from notifications.domain.mail_ids import message_id
from notifications.domain.mails import Mail, State, Template
from shared.ids import uuid7


def reminder_cause(appointment_id: UUID, sequence: int, hours: int) -> UUID:
    """The one cause of one reminder: the appointment's version and the hours before it.

    It is derived and not an event's id, so that whatever tells us of that version again, the
    event's repetition or a republished state, finds the same reminder.
    """
    return uuid5(appointment_id, f"reminder {sequence} {hours}")


def reminders(
    *,
    hours_before: Sequence[int],
    member_id: UUID,
    family_id: UUID,
    appointment_id: UUID,
    sequence: int,
    starts_at: datetime,
    domain: str,
    now: datetime,
) -> list[Mail]:
    """The reminders of one version whose time is still to come, the earliest first.

    Each is of use until the next one is due, the last until the appointment begins.
    """
    due = [(hours, starts_at - timedelta(hours=hours)) for hours in hours_before]
    ends = [at for _, at in due[1:]] + [starts_at]
    planned = []
    for (hours, due_at), useful_until in zip(due, ends, strict=True):
        if due_at <= now:
            continue
        cause = reminder_cause(appointment_id, sequence, hours)
        planned.append(
            Mail(
                mail_id=uuid7(),
                template=Template.REMINDER,
                cause=cause,
                message_id=message_id(cause, Template.REMINDER, domain),
                occurred_at=due_at,
                not_after=useful_until,
                next_try_at=due_at,
                state=State.PLANNED,
                family_id=family_id,
                member_id=member_id,
                appointment_id=appointment_id,
                sequence=sequence,
            )
        )
    return planned
