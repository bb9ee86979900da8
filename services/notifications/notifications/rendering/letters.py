"""Which letter belongs to which template."""

from collections.abc import Callable, Mapping

from notifications.domain.mails import Template
from notifications.rendering import (
    account_letters,
    account_notices,
    appointment_letters,
    contact_letters,
    family_letters,
    link_letters,
    staff_letters,
)
from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.contact_letters import ContactFacts
from notifications.rendering.family_letters import FamilyFacts
from notifications.rendering.letter import Letter
from notifications.rendering.words import Words
from shared.profile import Profile

ACCOUNT: Mapping[str, Callable[[Words, Profile, AccountFacts, str], Letter]] = {
    Template.ACTIVATION: account_letters.activation,
    Template.CREDENTIALS: account_letters.credentials,
    Template.RECOVERY: link_letters.recovery,
    Template.EMAIL_CHANGE: link_letters.email_change,
    Template.EMAIL_CHANGED: link_letters.email_changed,
    Template.ACCOUNT_NOTICE: account_notices.account_notice,
    Template.SERIAL_HANDOUT: staff_letters.serial_handout,
}
STAFF: Mapping[str, Callable[[Words, Profile, AccountFacts, str], Letter]] = {
    Template.ACTIVATION: staff_letters.activation,
    Template.CREDENTIALS: staff_letters.credentials,
}
"""What staff are told in words of their own (R-14)."""
APPOINTMENT: Mapping[str, Callable[[Words, Profile, AppointmentFacts, str], Letter]] = {
    Template.APPOINTMENT_BOOKED: appointment_letters.booked,
    Template.APPOINTMENT_CANCELLED: appointment_letters.cancelled,
    Template.APPOINTMENT_MOVED: appointment_letters.moved,
    Template.REMINDER: appointment_letters.reminder,
}
FAMILY: Mapping[str, Callable[[Words, Profile, FamilyFacts, str], Letter]] = {
    Template.SANCTION_IMPOSED: family_letters.sanction_imposed,
    Template.SANCTION_LIFTED: family_letters.sanction_lifted,
    Template.DOCUMENT_READY: family_letters.document_ready,
}
CONTACT: Mapping[str, Callable[[Words, Profile, ContactFacts, str], Letter]] = {
    Template.CONTACT_MESSAGE: contact_letters.message,
    Template.CONTACT_ACKNOWLEDGED: contact_letters.acknowledged,
}
