"""The letters about an appointment: whose, when and where; never which care (R-50)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.rendering.letter import Block, Letter, facts, text
from notifications.rendering.words import Words
from shared.contracts.scheduling import folio
from shared.profile import Profile, Unit


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """`account` is the account holder's name, `person` that of whom the appointment is for."""

    appointment_id: UUID
    account: str
    person: str
    starts_at: datetime
    ends_at: datetime
    unit: Unit
    sequence: int
    told_at: datetime


def booked(_: Words, profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The appointment is made."""
    minutes = profile.policies_at(
        known.starts_at.astimezone(profile.zone_info).date()
    ).cancel_min_minutes
    return Letter(
        subject=_("Tu cita quedó agendada"),
        preview=_when(_, known),
        heading=_("Cita agendada"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("Tu cita quedó registrada con estos datos:")),
            _table(_, known),
            text(
                _("Llega con anticipación y presenta la credencial de afiliación. El archivo "
                  "adjunto agrega la cita a tu calendario.")
            ),
            text(
                _("Si no vas a acudir, cancélala cuanto antes: otra persona puede necesitar ese "
                  "espacio. Se permite hasta {minutes} minutos antes de la cita, en {url}")
                .format(url=public_url, minutes=minutes)
            ),
        ),
    )  # fmt: skip


def cancelled(_: Words, _profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The appointment is no more."""
    return Letter(
        subject=_("Tu cita fue cancelada"),
        preview=_when(_, known),
        heading=_("Cita cancelada"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("Esta cita fue cancelada y su espacio quedó libre:")),
            _table(_, known),
            text(
                _("La cancelación no se puede deshacer. Si todavía necesitas la consulta, "
                  "solicita otra cita en {url} o en tu unidad médica.").format(url=public_url)
            ),
            text(
                _("El archivo adjunto retira la cita de tu calendario.")
            ),
        ),
    )  # fmt: skip


def _when(_: Words, known: AppointmentFacts) -> str:
    return _.moment(known.starts_at, known.unit.zone_info)


def _table(_: Words, known: AppointmentFacts) -> Block:
    return facts(
        (_("Persona"), known.person),
        (_("Fecha y hora"), _when(_, known)),
        (_("Unidad médica"), known.unit.name),
        (_("Dirección"), known.unit.address),
        (_("Teléfono"), known.unit.phone),
        (_("Folio"), folio(known.appointment_id)),
    )
