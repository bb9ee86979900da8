"""Staff's forms as sent become what is meant, or every fault at once (R-12, R-14)."""

from identity.api.staff_models import SerialHandOut, StaffAccountRequest
from identity.domain.handouts import too_many_digits
from identity.domain.staff import NewStaff, faults
from identity.emails import read_address
from identity.usecases.hand_out_serial import HandOut
from shared.errors import Invalid
from shared.profile import Profile

_MESSAGES = {
    ("/email", "invalid"): "No es una dirección de correo electrónico válida.",
    ("/unit", "required-for-role"): "Este rol pertenece a una unidad médica.",
    ("/unit", "not-for-role"): "Este rol no pertenece a una unidad médica.",
    ("/unit", "unknown"): "No es una unidad médica de la institución.",
    ("/doctor_id", "required-for-role"): "Falta el identificador del médico.",
    ("/doctor_id", "not-for-role"): "Sólo la cuenta de un médico lo lleva.",
    ("/identity_check", "too-many-digits"): (
        "Anote el tipo de documento y sólo sus últimos cuatro dígitos."
    ),
}


def new_staff(profile: Profile, body: StaffAccountRequest) -> NewStaff:
    """The canonical account; who gives no name goes by the address."""
    address = read_address(body.email)
    units = {unit.code for unit in profile.units}
    found = faults(body.role, body.unit, body.doctor_id, units=units)
    if address is None:
        found.append(("/email", "invalid"))
    if found or address is None:
        raise Invalid(errors=[_fault(*fault) for fault in found])
    return NewStaff(
        role=body.role,
        unit=body.unit,
        doctor_id=body.doctor_id,
        email=address.email,
        email_key=address.key,
        name=body.name.strip() if body.name is not None else address.email,
    )


def handout(body: SerialHandOut) -> HandOut:
    """The canonical hand-out; a document's whole number is not taken down."""
    address = read_address(body.email)
    found = [("/email", "invalid")] if address is None else []
    if too_many_digits(body.identity_check):
        found.append(("/identity_check", "too-many-digits"))
    if found or address is None:
        raise Invalid(errors=[_fault(*fault) for fault in found])
    return HandOut(body.member_id, address, body.identity_check.strip())


def _fault(pointer: str, code: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": _MESSAGES[pointer, code]}
