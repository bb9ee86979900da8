"""The two letters of the contact form: to the institute's mailbox, and back to the sender (R-53).

The acknowledgement repeats nothing of what was written: it goes to an address that anybody may have
typed, and must be of no use to who wants to write to strangers.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.folios import contact_folio
from notifications.rendering.letter import Letter, facts, quoted, text
from notifications.rendering.words import Words
from shared.profile import Profile


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """`email` has been judged; `account` is the name of who wrote with a session."""

    contact_id: UUID
    kind: str
    email: str
    text: str
    written_at: datetime
    account: str | None

    @property
    def folio(self) -> str:
        return contact_folio(self.contact_id)


def message(_: Words, profile: Profile, known: ContactFacts, _public_url: str) -> Letter:
    """What somebody wrote; an answer to it goes to them."""
    label = _label(profile, known)
    return Letter(
        subject=_("Formulario de contacto {folio}: {kind}").format(folio=known.folio, kind=label),
        preview=label,
        heading=_("Mensaje del formulario de contacto"),
        greeting=_("Se recibió este mensaje:"),
        blocks=(
            facts(
                (_("Tipo de mensaje"), label),
                (_("Folio"), known.folio),
                (_("Fecha y hora"), _.moment(known.written_at, profile.zone_info)),
                (_("Correo electrónico"), known.email),
                (_("Cuenta"), known.account or _("Sin sesión iniciada")),
            ),
            quoted(known.text),
        ),
        closing=_("Al responder a este correo se escribe a quien envió el mensaje."),
    )


def acknowledged(_: Words, profile: Profile, known: ContactFacts, public_url: str) -> Letter:
    """The message arrived, under this folio."""
    return Letter(
        subject=_("Recibimos tu mensaje {folio}").format(folio=known.folio),
        preview=_("Guarda el folio para darle seguimiento."),
        heading=_("Recibimos tu mensaje"),
        greeting=_("Hola, {name}:").format(name=known.account) if known.account else _("Hola:"),
        blocks=(
            text(_("Tu mensaje para {institute} quedó registrado con estos datos:")
                 .format(institute=profile.short_name)),
            facts(
                (_("Folio"), known.folio),
                (_("Tipo de mensaje"), _label(profile, known)),
                (_("Fecha y hora"), _.moment(known.written_at, profile.zone_info)),
            ),
            text(_("La respuesta llegará a este correo. Si escribes otra vez por lo mismo, indica "
                   "el folio en {url}").format(url=public_url)),
            text(_("Si no enviaste ningún mensaje, ignora este correo: alguien escribió tu "
                   "dirección por error.")),
        ),
    )  # fmt: skip


def _label(profile: Profile, known: ContactFacts) -> str:
    kind = profile.contact_kind(known.kind)
    return kind.label if kind is not None else known.kind
