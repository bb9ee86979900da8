"""The event contract: every fact declares itself, carries what it may, and others can read it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.contracts.catalogue import BY_ROUTING_KEY, BY_TYPE, FACTS
from shared.contracts.event import Event, Fact
from shared.contracts.scheduling import AppointmentBooked, folio
from shared.ids import uuid7
from shared.outbox import envelope

APPOINTMENT = {
    "appointment_id", "member_id", "family_id", "unit", "starts_at", "ends_at", "channel", "state",
    "by", "reason",
}  # fmt: skip
MEMBER = {
    "member_id", "family_id", "holder", "relation", "home_unit", "valid_from", "valid_to",
}  # fmt: skip
MAIL = {"mail_id", "cause", "template", "reason"}
PUBLIC_FIELDS: dict[str, set[str]] = {
    "identity.member.registered": MEMBER,
    "identity.member.changed": MEMBER,
    "identity.member.lapsed": MEMBER,
    "identity.account.registered": {"account_id", "family_id"},
    "identity.account.activated": {"account_id", "family_id"},
    "identity.account.locked": {"account_id", "family_id"},
    "identity.session.revoked": {"revocation_id", "session_id", "account_id", "issued_before"},
    "scheduling.agenda.published": {"agenda_id", "unit", "date"},
    "scheduling.agenda.withdrawn": {"agenda_id", "unit", "date"},
    "scheduling.appointment.booked": APPOINTMENT,
    "scheduling.appointment.cancelled": APPOINTMENT,
    "scheduling.appointment.moved": APPOINTMENT,
    "scheduling.appointment.attended": APPOINTMENT,
    "scheduling.appointment.missed": APPOINTMENT,
    "scheduling.sanction.imposed": {"sanction_id", "family_id", "until", "rule"},
    "scheduling.sanction.lifted": {"sanction_id", "family_id", "until", "rule"},
    "clinical.prescription.issued": {"prescription_id", "state"},
    "clinical.prescription.voided": {"prescription_id", "state"},
    "clinical.sick_leave.sealed": {"sick_leave_id", "family_id", "state"},
    "clinical.sick_leave.revoked": {"sick_leave_id", "family_id", "state"},
    "clinical.referral.issued": {"referral_id", "state"},
    "clinical.referral.used": {"referral_id", "state"},
    "clinical.referral.expired": {"referral_id", "state"},
    "notifications.mail.sent": MAIL,
    "notifications.mail.failed": MAIL | {"account_id", "contact_version"},
}
"""The closed list: a public fact carries these fields and no other (R-70)."""

NOW = datetime(2031, 3, 1, 18, 0, tzinfo=UTC)


def test_r_70_public_facts_carry_exactly_the_fields_of_the_catalogue() -> None:
    public = {fact.routing_key: set(fact.model_fields) for fact in FACTS if not fact.private}

    assert public == PUBLIC_FIELDS


def test_every_fact_has_its_own_key_type_and_subject() -> None:
    assert len(BY_ROUTING_KEY) == len(BY_TYPE) == len(FACTS)
    for fact in FACTS:
        assert fact.subject_field in fact.model_fields
        assert fact.model_fields[fact.subject_field].annotation is UUID
        assert fact.event_type() == f"mx.sisa.{fact.routing_key}.v{fact.version}"


def test_a_private_fact_never_shares_its_key_with_a_public_one() -> None:
    private = {fact.routing_key for fact in FACTS if fact.private}

    assert private == {
        "identity.contact.changed",
        "identity.member.described",
        "identity.delivery.requested",
        "scheduling.doctor.described",
        "scheduling.appointment.described",
        "clinical.referral.described",
    }


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.routing_key)
def test_an_envelope_is_read_by_an_independent_sdk_and_by_ourselves(fact: type[Fact]) -> None:
    made = fact.model_validate(example(fact))
    text = envelope(made, event_id=uuid7(), sequence=7, now=NOW)

    theirs = JSONFormat().read(CloudEvent, text.encode())
    ours = Event[fact].model_validate_json(text)  # type: ignore[valid-type]  # built at run time

    assert theirs.get_type() == fact.event_type()
    assert theirs.get_subject() == str(made.subject)
    assert ours.data == made
    assert (ours.sequence, ours.version) == ("0000000007", 7)


def test_unknown_fields_of_a_newer_producer_are_ignored() -> None:
    made = AppointmentBooked.model_validate(
        {**example(AppointmentBooked), "invented_later": {"a": 1}}
    )

    assert not hasattr(made, "invented_later")


def test_a_folio_is_the_ids_last_sixty_bits_and_nothing_else() -> None:
    appointment_id = UUID("01a2019d-0e72-77ee-bdfb-236aa8641fd4")

    assert folio(appointment_id) == "VYS3-DAM6-87YM"
    assert folio(UUID(int=appointment_id.int | 1 << 127)) == folio(appointment_id)


def example(fact: type[Fact]) -> dict[str, Any]:
    """A valid value for every field, by its type."""
    samples: dict[Any, Any] = {
        UUID: uuid7(), date: date(2031, 3, 3), bool: True, str: "text", int: 7,
    }  # fmt: skip
    made: dict[str, Any] = {}
    for name, field in fact.model_fields.items():
        annotation = field.annotation
        literals = getattr(annotation, "__args__", ())
        if annotation in samples:
            made[name] = samples[annotation]
        elif literals and isinstance(literals[0], str):
            made[name] = literals[0]
        elif literals:
            made[name] = samples.get(literals[0], NOW)
        else:
            made[name] = NOW
    return made
