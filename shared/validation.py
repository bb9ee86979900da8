"""Pydantic's faults as a person reads them: pointer, stable code, Spanish sentence, no input."""

from pydantic import ValidationError

_MESSAGES = {
    "missing": "Este dato es obligatorio.",
    "extra_forbidden": "Este dato no se admite.",
    "string_type": "Debe ser texto.",
    "string_too_short": "El texto es demasiado corto.",
    "string_too_long": "El texto es demasiado largo.",
    "string_pattern_mismatch": "No tiene el formato esperado.",
    "string_unicode": "Contiene caracteres no válidos.",
    "bool_type": "Debe ser verdadero o falso.",
    "int_type": "Debe ser un número entero.",
    "date_type": "Debe ser una fecha (AAAA-MM-DD).",
    "date_parsing": "Debe ser una fecha (AAAA-MM-DD).",
    "date_from_datetime_parsing": "Debe ser una fecha (AAAA-MM-DD).",
    "datetime_type": "Debe ser una fecha y hora con zona.",
    "datetime_parsing": "Debe ser una fecha y hora con zona.",
    "timezone_aware": "Debe ser una fecha y hora con zona.",
    "uuid_type": "Debe ser un identificador válido.",
    "uuid_parsing": "Debe ser un identificador válido.",
    "literal_error": "No es una de las opciones.",
    "enum": "No es una de las opciones.",
    "greater_than_equal": "Es menor que lo permitido.",
    "less_than_equal": "Es mayor que lo permitido.",
    "list_type": "Debe ser una lista.",
    "too_long": "Es demasiado largo.",
    "too_short": "Es demasiado corto.",
    "model_type": "Debe ser un objeto.",
    "model_attributes_type": "Debe ser un objeto.",
    "value_error": "No es un valor válido.",
}


def faults(error: ValidationError) -> list[dict[str, str]]:
    """`[{pointer, code, message}]`; the pointer is a JSON Pointer (RFC 6901) into the body.

    A validator of ours may give its own sentence by raising PydanticCustomError.
    """
    found = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        parts = [str(part).replace("~", "~0").replace("/", "~1") for part in fault["loc"]]
        if fault["type"] == "extra_forbidden":
            # The unknown name is the client's text: only where it stood is told.
            parts = parts[:-1]
        message = _MESSAGES.get(fault["type"])
        if message is None:
            message = fault["msg"] if fault["type"].startswith("sisa_") else "No es válido."
        found.append(
            {
                "pointer": "".join(f"/{part}" for part in parts),
                "code": fault["type"].removeprefix("sisa_").replace("_", "-"),
                "message": message,
            }
        )
    return found
