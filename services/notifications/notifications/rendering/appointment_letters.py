"""The letters about an appointment: whose, when and where; never which care (R-50)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.rendering.letter import Block, Letter, facts, text
from notifications.rendering.words import Words
from shared.contracts.scheduling import folio
from shared.profile import Policies, Profile, Unit


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """`account` is the account holder's name, `person` that of whom the appointment is for.

    `by_institute` when the institute itself cancelled or moved it (R-32).
    """

    appointment_id: UUID
    account: str
    person: str
    starts_at: datetime
    ends_at: datetime
    unit: Unit
    sequence: int
    told_at: datetime
    by_institute: bool = False


def booked(_: Words, profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The appointment is made."""
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
                .format(url=public_url, minutes=_policies(profile, known).cancel_min_minutes)
            ),
        ),
    )  # fmt: skip


def cancelled(_: Words, profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The appointment is no more."""
    return Letter(
        subject=_("Tu cita fue cancelada"),
        preview=_when(_, known),
        heading=_("Cita cancelada"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(
                _("{institute} tuvo que cancelar esta cita. No es por algo que hayas hecho y no "
                  "causa sanción:").format(institute=profile.short_name)
                if known.by_institute
                else _("Esta cita fue cancelada y su espacio quedó libre:")
            ),
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


def moved(_: Words, profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The institute gave the appointment another time; the folio stays (R-32)."""
    return Letter(
        subject=_("Tu cita cambió de fecha u hora"),
        preview=_when(_, known),
        heading=_("Cita reprogramada"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("{institute} cambió la fecha u hora de tu cita. Estos son los datos nuevos:")
                 .format(institute=profile.short_name)),
            _table(_, known),
            text(_("El archivo adjunto cambia la cita en tu calendario.")),
            text(
                _("Si la fecha nueva no te sirve, cancela la cita en {url} o llama a tu unidad "
                  "médica para elegir otra.").format(url=public_url)
            ),
        ),
    )  # fmt: skip


def reminder(_: Words, profile: Profile, known: AppointmentFacts, public_url: str) -> Letter:
    """The appointment is near: who, when and where, and how to give it up in time."""
    policies = _policies(profile, known)
    return Letter(
        subject=_("Recordatorio de tu cita"),
        preview=_when(_, known),
        heading=_("Recordatorio de cita"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("Te recordamos esta cita:")),
            _table(_, known),
            text(_("Llega con anticipación y presenta la credencial de afiliación.")),
            text(
                _("Si no vas a acudir, cancélala: se permite hasta {minutes} minutos antes, y con "
                  "menos de {hours} horas de anticipación causa una sanción de {days} días en el "
                  "servicio web. Cancela en {url}")
                .format(url=public_url, minutes=policies.cancel_min_minutes,
                        hours=policies.sanction_hours, days=policies.sanction_days)
            ),
            text(_("Puedes desactivar los recordatorios en las preferencias de tu cuenta.")),
        ),
    )  # fmt: skip


def _policies(profile: Profile, known: AppointmentFacts) -> Policies:
    return profile.policies_at(known.starts_at.astimezone(profile.zone_info).date())


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
