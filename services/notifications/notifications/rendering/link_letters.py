"""The letters whose link changes an account: its password, or its address (R-09, R-11)."""

from datetime import datetime, timedelta
from urllib.parse import quote

from notifications.rendering.account_letters import AccountFacts, policies_of
from notifications.rendering.letter import Letter, action, advice, facts, text
from notifications.rendering.words import Words
from shared.profile import Profile


def recovery(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """The link that makes another password; it is the first link of the text (R-09)."""
    until = known.occurred_at + timedelta(hours=policies_of(profile, known).recovery_hours)
    return Letter(
        subject=_("Recupera tu contraseña de {institute}").format(institute=profile.short_name),
        preview=_("Sigue el enlace para generar una contraseña nueva."),
        heading=_("Recupera tu contraseña"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(_("Pediste recuperar la contraseña de tu cuenta. Para generar una nueva sigue "
                   "este enlace:")),
            action(_("Generar contraseña nueva"), _link(public_url, "recuperar", known)),
            text(
                _("La contraseña nueva se muestra una sola vez en pantalla y se envía una copia a "
                  "este correo. Las sesiones que tengas abiertas se cierran.")
            ),
            text(
                _("El enlace funciona una sola vez y vence el {until}. Si venció, pide uno nuevo "
                  "en {url}").format(until=_.moment(until, profile.zone_info), url=public_url)
            ),
            advice(_("Si no lo pediste, ignora este mensaje: tu contraseña no cambia mientras "
                     "nadie siga el enlace. No lo reenvíes.")),
        ),
    )  # fmt: skip


def email_change(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """The link that proves the new address (R-11)."""
    held = policies_of(profile, known)
    until = known.occurred_at + timedelta(hours=held.activation_hours)
    return Letter(
        subject=_("Confirma tu correo electrónico de {institute}")
        .format(institute=profile.short_name),
        preview=_("Sigue el enlace para reactivar tu cuenta con este correo."),
        heading=_("Confirma tu correo electrónico"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(_("Pediste reactivar tu cuenta con esta dirección de correo electrónico. Para "
                   "confirmarla sigue este enlace:")),
            action(_("Confirmar correo"), _link(public_url, "correo", known)),
            text(
                _("Si la cuenta nunca se activó, queda activa en ese momento. Si ya estaba activa, "
                  "el cambio surte efecto {hours} horas después de confirmar; si inicias sesión "
                  "antes de confirmar, es inmediato.").format(hours=held.reactivation_wait_hours)
            ),
            text(
                _("El enlace funciona una sola vez y vence el {until}. Si venció, pide uno nuevo "
                  "en {url}").format(until=_.moment(until, profile.zone_info), url=public_url)
            ),
            text(_("Si no lo pediste, ignora este mensaje: nada cambia sin tu confirmación.")),
        ),
    )  # fmt: skip


def email_changed(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """To the old address: what is about to happen or has, and the link that undoes it (R-11)."""
    effective_at = datetime.fromisoformat(known.data["effective_at"])
    when = _.moment(effective_at, profile.zone_info)
    happened = {
        "waiting": _("Alguien confirmó una dirección de correo electrónico distinta para tu "
                     "cuenta. El cambio surte efecto el {when}."),
        "done": _("La dirección de correo electrónico de tu cuenta cambió el {when}."),
    }[known.data["state"]].format(when=when)  # fmt: skip
    return Letter(
        subject=_("Cambio de correo electrónico en tu cuenta de {institute}")
        .format(institute=profile.short_name),
        preview=_("Si no fuiste tú, deshaz el cambio con el enlace de este mensaje."),
        heading=_("Cambio de correo electrónico"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(happened),
            text(_("Si no fuiste tú, sigue este enlace: deshace el cambio y cierra todas las "
                   "sesiones de la cuenta.")),
            action(_("No fui yo"), _link(public_url, "no-fui-yo", known)),
            facts((_("Correo nuevo"), known.data["new_email"]), (_("Vigente desde"), when)),
            text(_("Si fuiste tú, no hace falta que hagas nada.")),
            advice(
                _("No reenvíes este mensaje. Para cualquier duda llama al {helpline}.")
                .format(helpline=profile.helpline)
            ),
        ),
    )  # fmt: skip


def _link(public_url: str, page: str, known: AccountFacts) -> str:
    return f"{public_url}/{page}?token={quote(known.data['token'], safe='')}"
