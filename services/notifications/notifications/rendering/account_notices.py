"""Notices about an account: what happened, and what its owner should do if it wasn't them."""

from notifications.rendering.account_letters import AccountFacts
from notifications.rendering.letter import Letter, advice, facts, text
from notifications.rendering.words import Words
from shared.profile import Profile

NOTICES = (
    "email_in_use", "email_wanted", "email_unchanged", "email_changed", "email_not_changed",
    "email_reversed", "activated_elsewhere", "password_changed", "serial_handed_out",
)  # fmt: skip
"""What a notice can be about."""


def account_notice(_: Words, profile: Profile, known: AccountFacts, public_url: str) -> Letter:
    """Something happened around the account that its owner must hear of (R-10, R-11)."""
    happened, to_do = _about(_, known.data["notice"])
    return Letter(
        subject=_("Aviso sobre tu cuenta de {institute}").format(institute=profile.short_name),
        preview=happened,
        heading=_("Aviso sobre tu cuenta"),
        greeting=_("Hola, {name}:").format(name=known.name),
        blocks=(
            text(happened),
            facts((_("Fecha y hora"), _.moment(known.occurred_at, profile.zone_info))),
            advice(to_do),
            text(
                _("Para cualquier duda llama al {helpline} o entra a {url}")
                .format(helpline=profile.helpline, url=public_url)
            ),
        ),
    )  # fmt: skip


def _about(_: Words, notice: str) -> tuple[str, str]:
    """What happened, and what to do; KeyError for a notice of another version of identity."""
    recover = _("Si no fuiste tú, recupera tu contraseña ahora mismo: al hacerlo se cierran todas "
                "las sesiones de la cuenta.")  # fmt: skip
    return {
        "email_in_use": (
            _("Alguien intentó registrar otra cuenta con tu dirección de correo electrónico. Tu "
              "cuenta no cambió."),
            _("Si fuiste tú, registra la otra cuenta con una dirección distinta: cada cuenta "
              "necesita la suya. Si no fuiste tú, no hace falta que hagas nada."),
        ),
        "email_wanted": (
            _("Alguien intentó reactivar otra cuenta con tu dirección de correo electrónico. Tu "
              "cuenta no cambió."),
            _("Si fuiste tú, usa una dirección distinta: cada cuenta necesita la suya. Si no "
              "fuiste tú, no hace falta que hagas nada."),
        ),
        "email_unchanged": (
            _("Alguien pidió reactivar tu cuenta con el correo electrónico que ya tiene. Tu "
              "cuenta está activa y no cambió."),
            _("Si fuiste tú y no recuerdas la contraseña, usa la opción recuperar contraseña. Si "
              "no fuiste tú, no hace falta que hagas nada."),
        ),
        "email_changed": (
            _("Desde ahora tu cuenta usa esta dirección de correo electrónico. Las sesiones "
              "abiertas se cerraron."),
            _("Inicia sesión otra vez. Si no recuerdas la contraseña, usa la opción recuperar "
              "contraseña."),
        ),
        "email_not_changed": (
            _("El cambio de correo electrónico que confirmaste no se hizo: la dirección nueva ya "
              "es de otra cuenta."),
            _("Si todavía quieres cambiarla, pide el cambio con otra dirección."),
        ),
        "email_reversed": (
            _("El cambio de correo electrónico de tu cuenta se deshizo y todas sus sesiones se "
              "cerraron."),
            _("Si el cambio ya estaba vigente, la contraseña dejó de servir y te enviamos un "
              "enlace para generar otra. Si no fuiste tú quien lo deshizo, llama a la ayuda."),
        ),
        "activated_elsewhere": (
            _("La cuenta registrada con este correo electrónico se activó con otra dirección. Los "
              "enlaces de activación enviados aquí dejaron de servir."),
            _("Si fuiste tú, no hace falta que hagas nada. Si no fuiste tú, acude con tu "
              "identificación a tu unidad médica."),
        ),
        "password_changed": (
            _("La contraseña de tu cuenta cambió. Las demás sesiones se cerraron."),
            recover,
        ),
        "serial_handed_out": (
            _("En tu unidad médica alguien acreditó su identidad y pidió el dato de registro de tu "
              "núcleo familiar. Se envió a la dirección de correo que indicó."),
            _("Si fuiste tú o alguien de tu familia, no hace falta que hagas nada. Si no, llama "
              "cuanto antes: queda registrado quién lo entregó y qué documento se mostró."),
        ),
    }[notice]  # fmt: skip
