"""The contact form over HTTP (R-53)."""

from notifications.api.models import ContactForm, ContactTaken
from notifications.rendering.envelope import Unwritable, usable_address
from notifications.usecases.house import House
from notifications.usecases.take_contact_message import Written, take_contact_message
from shared.client_address import client_address
from shared.errors import Invalid, Unauthenticated
from shared.operations import Answer, Call, Routes
from shared.profile import ContactKind, Profile
from shared.service import DATABASE, PROFILE

routes = Routes("contacto")


@routes.post(
    "/v1/contact-messages",
    answer=ContactTaken,
    status=201,
    idempotent=True,
    problems=("session-required", "too-many-requests"),
)
async def create_contact_message(call: Call, *, body: ContactForm) -> Answer:
    """Takes a message to the institute; without a session, of the public kinds alone (R-53)."""
    profile = call.app[PROFILE]
    kind, email = _judged(profile, body)
    if call.identity is None and not kind.public:
        raise Unauthenticated
    notice = profile.document("privacy_simplified")
    written = Written(
        kind=kind.code,
        email=email,
        text=body.text.strip(),
        account_id=call.identity.account_id if call.identity is not None else None,
        address=client_address(call.request),
        privacy_version=notice.version if notice is not None else "",
    )
    return await take_contact_message(
        call.app[DATABASE],
        call.idempotency_key,
        written,
        domain=House(profile).domain,
        now=call.now,
    )


def _judged(profile: Profile, body: ContactForm) -> tuple[ContactKind, str]:
    """The kind and the one address; Invalid with every fault."""
    faults = []
    kind = profile.contact_kind(body.kind)
    if kind is None:
        faults.append(_fault("/kind", "invalid", "Elija un tipo de mensaje de la lista."))
    email = _address(body.email)
    if email is None:
        faults.append(_fault("/email", "invalid", "Escriba una sola dirección de correo."))
    if not body.accepts_notices:
        faults.append(
            _fault("/accepts_notices", "consent-required", "Hace falta aceptar los avisos.")
        )
    if kind is None or email is None or faults:
        raise Invalid(errors=faults)
    return kind, email


def _address(text: str) -> str | None:
    try:
        return usable_address(text)
    except Unwritable:
        return None


def _fault(pointer: str, code: str, message: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": message}
