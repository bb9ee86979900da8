"""What staff type to find a mail by, and what may go out again (R-52)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notifications.domain.duties import appointment_mail
from notifications.domain.lookups import Lookup, lookup
from notifications.domain.mails import Mail, State, Template
from notifications.domain.resending import (
    Kept,
    MailCarriedSecret,
    MailNotResendable,
    assert_resendable,
    resent,
)
from notifications.folios import contact_folio
from shared.contracts.scheduling import folio
from shared.ids import uuid7

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=5)


def test_ids_folios_and_addresses_are_told_apart() -> None:
    identifier = UUID("01a2019d-0e72-77ee-bdfb-236aa8641fd4")
    bits = identifier.hex[-15:]
    assert lookup(f" {identifier} ") == Lookup(identifier=identifier)
    assert lookup(str(identifier).upper()) == Lookup(identifier=identifier)
    assert lookup(folio(identifier)) == Lookup(folio=bits)
    assert lookup(folio(identifier).lower()) == Lookup(folio=bits)
    assert lookup(contact_folio(identifier)) == Lookup(folio=bits)
    assert lookup("Persona@Example.org") == Lookup(email="persona@example.org")


@pytest.mark.parametrize("text", ["", "persona", "0000-0000", "UUUU-0000-0000", "12345678", "%"])
def test_anything_else_finds_nothing(text: str) -> None:
    assert lookup(text) is None


def kept(state: State = State.SENT, *, newest: int = 1, **changed: object) -> Kept:
    mail = appointment_mail(
        Template.APPOINTMENT_BOOKED,
        cause=uuid7(),
        occurred_at=NOW - timedelta(days=3),
        member_id=uuid7(),
        family_id=uuid7(),
        appointment_id=uuid7(),
        sequence=1,
        starts_at=SOON,
        superseded=False,
        domain="example.org",
        now=NOW,
    )
    fields = {name: getattr(mail, name) for name in Mail.__dataclass_fields__}
    changed_mail = Mail(**fields | {"state": state} | changed)
    return Kept(changed_mail, newest, SOON, text_held=False)


def test_a_settled_mail_of_the_newest_version_may_go_out_again_before_its_hour() -> None:
    for state in (State.SENT, State.FAILED, State.SUPPRESSED):
        assert_resendable(kept(state), SOON - timedelta(microseconds=1))


@pytest.mark.parametrize("state", [State.PLANNED, State.QUEUED, State.SENDING])
def test_what_is_still_on_its_way_is_not_doubled(state: State) -> None:
    with pytest.raises(MailNotResendable):
        assert_resendable(kept(state), NOW)


def test_what_was_overtaken_or_is_over_does_not_go_out_again() -> None:
    with pytest.raises(MailNotResendable):
        assert_resendable(kept(newest=2), NOW)
    with pytest.raises(MailNotResendable):
        assert_resendable(kept(), SOON)


def test_a_secret_never_goes_out_again_whatever_its_state() -> None:
    for state in State:
        with pytest.raises(MailCarriedSecret):
            assert_resendable(kept(state, delivery_id=uuid7()), NOW)


def test_a_copy_has_a_name_of_its_own_and_tells_the_same_instant() -> None:
    act = uuid7()
    original = kept()
    again = resent(original, act, domain="example.org", now=NOW)
    assert again.message_id == f"<{act}.appointment_booked@example.org>"
    assert again.resent_from == original.mail.mail_id
    assert again.occurred_at == original.mail.occurred_at
    assert (again.state, again.not_after, again.next_try_at) == (State.QUEUED, SOON, NOW)
