"""The letters to staff about their accounts (R-14), and the serial that staff hand out (R-12)."""

from datetime import timedelta
from urllib.parse import quote

from notifications.rendering.account_letters import AccountFacts, policies_of
from notifications.rendering.letter import Letter, action, advice, facts, text
from notifications.rendering.words import Words
from shared.profile import Profile


def activation(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """The link that activates a staff account; it is the first link of the text."""
    until = known.occurred_at + timedelta(hours=policies_of(profile, known).activation_hours)
    return Letter(
        subject=_("Activa tu cuenta de personal de {institute}")
        .format(institute=profile.short_name),
        preview=_("Sigue el enlace para confirmar tu correo electrónico."),
        heading=_("Activa tu cuenta de personal"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(
                _("La administración de {institute} dio de alta tu cuenta de personal "
                  "({system}). Para activarla sigue este enlace:")
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
            text(_("Si no trabajas en la institución, ignora este mensaje: la cuenta no se "
                   "activa sin tu confirmación.")),
        ),
    )  # fmt: skip


def credentials(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """User name, which is the address, and temporary password of a staff member (R-07, R-14)."""
    days = policies_of(profile, known).temporary_password_days
    until = known.occurred_at + timedelta(days=days)
    return Letter(
        subject=_("Tus datos de acceso como personal de {institute}")
        .format(institute=profile.short_name),
        preview=_("Tu cuenta está activa. Guarda este mensaje."),
        heading=_("Tus datos de acceso"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(_("Tu cuenta de personal está activa. Con estos datos puedes iniciar sesión:")),
            facts(
                (_("Nombre de usuario"), known.data["username"]),
                (_("Contraseña temporal"), known.data["temporary_password"]),
                (_("Vence"), _.moment(until, profile.zone_info)),
            ),
            action(_("Iniciar sesión"), public_url),
            advice(
                _("Cambia la contraseña en tu primer inicio de sesión. La cuenta es personal: lo "
                  "que se hace con ella queda registrado a tu nombre.")
            ),
        ),
    )  # fmt: skip


def serial_handout(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """The family's serial, for who proved in person to belong to it (R-12)."""
    label = profile.serial.label
    return Letter(
        subject=_("Tu {serial} de {institute}")
        .format(serial=label.lower(), institute=profile.short_name),
        preview=_("Lo solicitaste en persona en tu unidad médica."),
        heading=label,
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(
                _("Acudiste a tu unidad médica, acreditaste tu identidad y pediste este dato de "
                  "tu núcleo familiar:")
            ),
            facts((label, known.data["serial_number"])),
            text(_("Con él puedes registrar o recuperar la cuenta de tu familia en {url}")
                 .format(url=public_url)),
            advice(
                _("No lo compartas: junto con el número de afiliación acredita a tu familia. "
                  "Nadie de {institute} te lo pedirá por teléfono ni por correo.")
                .format(institute=profile.short_name)
            ),
            text(
                _("Si no lo pediste tú, llama al {helpline}.").format(helpline=profile.helpline)
            ),
        ),
    )  # fmt: skip
