"""A registration as sent becomes a registration as meant, or every fault of it at once (R-02)."""

from identity.api import models
from identity.documents import consents
from identity.domain.accounts import Contact
from identity.emails import read_address
from identity.usecases.reactivate import Reactivation
from identity.usecases.register import Registration
from shared.errors import Invalid
from shared.profile import Profile

_MESSAGES = {
    "/affiliation_number": "No tiene el formato esperado.",
    "/serial_number": "No tiene el formato esperado.",
    "/phone": "No es un número de teléfono válido.",
    "/email": "No es una dirección de correo electrónico válida.",
    "/email_confirmation": "No coincide con el correo electrónico.",
}
_ACCEPT = "Es necesario aceptarlo para registrarse."


def registration(profile: Profile, body: models.Registration, address: str) -> Registration:
    """The canonical registration; Invalid with a fault for each field that can't be right."""
    number = profile.valid_affiliation_number(body.affiliation_number)
    serial = profile.valid_serial_number(body.serial_number)
    phone = profile.valid_phone(body.phone)
    email = read_address(body.email)
    confirmed = read_address(body.email_confirmation)
    faults = [
        _fault(pointer, "invalid")
        for pointer, value in (
            ("/affiliation_number", number),
            ("/serial_number", serial),
            ("/phone", phone),
            ("/email", email),
        )
        if value is None
    ]
    if email is not None and (confirmed is None or confirmed.key != email.key):
        faults.append(_fault("/email_confirmation", "confirmation-mismatch"))
    faults += [
        {"pointer": f"/accepts/{name}", "code": "consent-required", "message": _ACCEPT}
        for name, accepted in body.accepts
        if not accepted
    ]
    if faults or number is None or serial is None or phone is None or email is None:
        raise Invalid(errors=faults)
    contact = Contact(email.email, email.key, phone)
    return Registration(number, serial, contact, consents(profile), profile.locale, address)


def reactivation(profile: Profile, body: models.Reactivation, address: str) -> Reactivation:
    """The canonical form; Invalid for what can't be a number, a serial or an address of anybody."""
    number = profile.valid_affiliation_number(body.affiliation_number)
    serial = profile.valid_serial_number(body.serial_number)
    email = read_address(body.email)
    if number is None or serial is None or email is None:
        wrong = {"/affiliation_number": number, "/serial_number": serial, "/email": email}
        raise Invalid(
            errors=[_fault(pointer, "invalid") for pointer, value in wrong.items() if value is None]
        )
    return Reactivation(number, serial, email, address)


def phone_number(profile: Profile, text: str) -> str:
    """The national digits, or Invalid."""
    phone = profile.valid_phone(text)
    if phone is None:
        raise Invalid(errors=[_fault("/phone", "invalid")])
    return phone


def _fault(pointer: str, code: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": _MESSAGES[pointer]}
