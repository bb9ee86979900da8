"""The letters to a family's account that are about no appointment: sanctions, and documents.

A document is never named by its kind: that there is one says enough to who may see it (R-50).
"""

from dataclasses import dataclass
from datetime import datetime

from notifications.rendering.letter import Letter, action, advice, facts, text
from notifications.rendering.words import Words
from shared.profile import Policies, Profile


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """`until` and `rule` (`late` or `weekly`) are a sanction's."""

    account: str
    told_at: datetime
    until: datetime | None = None
    rule: str | None = None


def sanction_imposed(_: Words, profile: Profile, known: FamilyFacts, public_url: str) -> Letter:
    """What may not be done until when, why, and what still may (R-28)."""
    until = _until(_, profile, known)
    return Letter(
        subject=_("Sanción del servicio web en tu cuenta de {institute}")
        .format(institute=profile.short_name),
        preview=_("Vigente hasta el {until}").format(until=until),
        heading=_("Sanción del servicio web"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("Tu cuenta no puede agendar citas por web ni por aplicación por un tiempo:")),
            facts((_("Motivo"), _why(_, _policies(profile, known), known)),
                  (_("Vigente hasta"), until)),
            text(
                _("Mientras tanto puedes consultar y cancelar tus citas, ver tus documentos y "
                  "agendar en persona en tu unidad médica. Las citas que ya tienes se conservan.")
            ),
            text(
                _("Si crees que es un error, acude a tu unidad médica o llama al {helpline}. El "
                  "detalle está en tu cuenta, en {url}")
                .format(helpline=profile.helpline, url=public_url)
            ),
        ),
    )  # fmt: skip


def sanction_lifted(_: Words, profile: Profile, known: FamilyFacts, public_url: str) -> Letter:
    """The sanction ended before its time (R-29)."""
    return Letter(
        subject=_("Se levantó la sanción de tu cuenta de {institute}")
        .format(institute=profile.short_name),
        preview=_("Ya no impide agendar citas por web."),
        heading=_("Sanción levantada"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("El personal de {institute} levantó esta sanción del servicio web:")
                 .format(institute=profile.short_name)),
            facts((_("Motivo"), _why(_, _policies(profile, known), known)),
                  (_("Estaba vigente hasta"), _until(_, profile, known))),
            text(
                _("Desde ahora no impide agendar citas por web ni por aplicación. Si tu cuenta "
                  "tuviera otra sanción, la verás en {url}").format(url=public_url)
            ),
        ),
    )  # fmt: skip


def document_ready(_: Words, profile: Profile, known: FamilyFacts, public_url: str) -> Letter:
    """A sealed document waits to be printed (R-44)."""
    return Letter(
        subject=_("Tienes un documento listo en {institute}")
        .format(institute=profile.short_name),
        preview=_("Ya cuenta con sello digital y se puede imprimir."),
        heading=_("Documento listo"),
        greeting=_("Hola, {name}:").format(name=known.account),
        blocks=(
            text(_("Un documento a tu nombre ya cuenta con sello digital. Inicia sesión para "
                   "consultarlo, descargarlo o imprimirlo:")),
            action(_("Iniciar sesión"), public_url),
            advice(
                _("Por tu privacidad este mensaje no dice de qué documento se trata, y ningún "
                  "documento se envía por correo.")
            ),
        ),
    )  # fmt: skip


def _until(_: Words, profile: Profile, known: FamilyFacts) -> str:
    return _.moment(known.until, profile.zone_info) if known.until is not None else ""


def _policies(profile: Profile, known: FamilyFacts) -> Policies:
    return profile.policies_at(known.told_at.astimezone(profile.zone_info).date())


def _why(_: Words, policies: Policies, known: FamilyFacts) -> str:
    if known.rule == "late":
        return _("Se canceló una cita dentro de las {hours} horas previas a ella.").format(
            hours=policies.sanction_hours
        )
    return _("Se cancelaron {count} citas o más en la misma semana.").format(
        count=policies.sanction_per_week
    )
