"""The letters about an account: links and passwords that identity alone keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from notifications.rendering.letter import Letter, action, advice, facts, text
from notifications.rendering.words import Words
from shared.profile import Policies, Profile


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """`data` is the delivery's; a letter that misses a piece of it raises KeyError."""

    name: str
    data: dict[str, str]
    occurred_at: datetime

    @property
    def to_staff(self) -> bool:
        """Links and passwords of staff come with words of their own (R-14)."""
        return self.data.get("audience") == "staff"


def activation(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """The link that activates the account; it is the first link of the text (R-05)."""
    until = known.occurred_at + timedelta(hours=policies_of(profile, known).activation_hours)
    return Letter(
        subject=_("Activa tu cuenta de {institute}").format(institute=profile.short_name),
        preview=_("Sigue el enlace para confirmar tu correo electrónico."),
        heading=_("Activa tu cuenta"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(
                _("Recibimos el registro de tu cuenta de {institute} ({system}). Para activarla "
                  "sigue este enlace:")
                .format(institute=profile.short_name, system=profile.system_name)
            ),
            action(
                _("Activar cuenta"),
                f"{public_url}/activar?token={quote(known.data['token'], safe='')}",
            ),
            text(
                _("Al activarla se genera tu contraseña de acceso, se muestra una sola vez en "
                  "pantalla y se envía una copia a este correo.")
            ),
            text(
                _("El enlace funciona una sola vez y vence el {until}. Si venció, pide uno nuevo "
                  "en {url}").format(until=_.moment(until, profile.zone_info), url=public_url)
            ),
            text(_("Si no solicitaste este registro, ignora este mensaje: la cuenta no se activa "
                   "sin tu confirmación.")),
        ),
    )  # fmt: skip


def credentials(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """User name and temporary password, with a copy of the registration data (R-07, R-50)."""
    days = policies_of(profile, known).temporary_password_days
    until = known.occurred_at + timedelta(days=days)
    return Letter(
        subject=_("Tus datos de acceso a {institute}").format(institute=profile.short_name),
        preview=_("Tu cuenta está activa. Guarda este mensaje."),
        heading=_("Tus datos de acceso"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(_("Tu cuenta está activa. Con estos datos puedes iniciar sesión:")),
            facts(
                (_("Nombre de usuario"), known.data["username"]),
                (_("Contraseña temporal"), known.data["temporary_password"]),
                (_("Vence"), _.moment(until, profile.zone_info)),
            ),
            action(_("Iniciar sesión"), public_url),
            advice(
                _("Cambia la contraseña en tu primer inicio de sesión. No la compartas: nadie de "
                  "{institute} te la pedirá por teléfono ni por correo.")
                .format(institute=profile.short_name)
            ),
            text(_("Esta es la copia de los datos de tu registro:")),
            facts(
                (profile.identifier.label, known.data["username"]),
                (_("Teléfono"), known.data["phone"]),
                (_("Correo electrónico"), known.data["email"]),
            ),
            text(_("También puedes iniciar sesión con tu correo electrónico.")),
        ),
    )  # fmt: skip


def policies_of(profile: Profile, known: AccountFacts) -> Policies:
    """The policy numbers of the day on which the letter's cause was."""
    return profile.policies_at(known.occurred_at.astimezone(profile.zone_info).date())
