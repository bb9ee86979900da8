"""What counts as looking at somebody's records, and how it is told to the person (R-45)."""

LOOKS: dict[str, str] = {
    "list-prescriptions": "Consulta del listado de recetas",
    "read-prescription": "Consulta de una receta",
    "list-sick-leaves": "Consulta del listado de incapacidades",
    "read-sick-leave-document": "Impresión de una incapacidad",
    "list-referrals": "Consulta de referencias",
    "read-record": "Consulta del expediente por su médico",
    "break-glass": "Consulta del expediente sin cita, con motivo registrado",
    "issue-prescription": "Expedición de una receta",
    "void-prescription": "Anulación de una receta",
    "issue-sick-leave": "Expedición de una incapacidad",
    "list-sick-leaves-to-authorise": "Revisión de incapacidades por autorizar",
    "authorise-sick-leave": "Autorización de una incapacidad",
    "revoke-sick-leave": "Revocación de una incapacidad",
    "issue-referral": "Expedición de una referencia",
    "withdraw-records": "Retiro o restitución de registros de la vista familiar",
}
"""Operations of the audit by their names there, each in the words that the person reads."""
BREAK_GLASS = "break-glass"
ROLES: dict[str, str] = {
    "affiliate": "Titular de la cuenta",
    "doctor": "Médico",
    "authoriser": "Autorización de incapacidades",
    "front_desk": "Recepción",
    "archive": "Archivo",
    "operator": "Atención telefónica",
    "administrator": "Administración",
    "auditor": "Auditoría",
    "command": "Sistemas",
}
"""Who looked, in the same words."""
