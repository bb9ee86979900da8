"""Every refusal a client can meet: its slug, status, the sentence a person reads, and what to do.

Source: RFC 9457. Slugs are stable; `/problems/<slug>` is a page built from this table.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    slug: str
    status: int
    title: str
    help: str


_TABLE: tuple[tuple[str, int, str, str], ...] = (
    (
        "malformed-request",
        400,
        "La solicitud no se puede leer",
        "Vuelva a intentarlo. Si usa una aplicación, actualícela.",
    ),
    (
        "idempotency-key-missing",
        400,
        "Falta la clave de la solicitud",
        "La aplicación debe enviar el encabezado Idempotency-Key (1 a 128 caracteres visibles).",
    ),
    (
        "session-required",
        401,
        "Inicie sesión para continuar",
        "Su sesión terminó o no ha iniciado una. Inicie sesión otra vez.",
    ),
    (
        "invalid-credentials",
        401,
        "Nombre de usuario y/o contraseña incorrectos",
        (
            "Revise que no escriba sólo mayúsculas; algunas letras y números se parecen. "
            "Si olvidó su contraseña, use la opción recuperar contraseña."
        ),
    ),
    (
        "forbidden",
        403,
        "Su cuenta no tiene permiso para esta operación",
        "Si cree que debería tenerlo, acuda a la administración de su unidad.",
    ),
    (
        "sanctioned",
        403,
        "Su cuenta tiene una sanción del servicio web",
        (
            "Durante la sanción no se pueden agendar citas por web ni aplicación. Puede consultar "
            "y cancelar sus citas, y agendar en persona en su unidad."
        ),
    ),
    (
        "records-withdrawn",
        403,
        "Esta persona retiró sus registros de la vista familiar",
        "Sólo ella puede pedir en la recepción de su unidad que se muestren otra vez.",
    ),
    (
        "may-not-refer",
        403,
        "Las referencias las otorga medicina general o familiar",
        "Pida a medicina general o familiar que otorgue la referencia.",
    ),
    ("not-found", 404, "No encontrado", "Revise la dirección o vuelva al inicio."),
    (
        "method-not-allowed",
        405,
        "Operación no permitida en esta dirección",
        "El encabezado Allow dice cuáles se permiten.",
    ),
    (
        "not-acceptable",
        406,
        "El formato pedido no está disponible",
        "Pida application/json.",
    ),
    (
        "request-timeout",
        408,
        "La solicitud no llegó completa a tiempo",
        "Revise su conexión y vuelva a intentarlo.",
    ),
    (
        "already-registered",
        409,
        "El número de afiliación ya se encuentra registrado",
        (
            "Busque en su correo el mensaje con sus datos de acceso o use la opción recuperar "
            "contraseña."
        ),
    ),
    (
        "account-exists",
        409,
        "Ya existe una cuenta con esos datos",
        "La dirección de correo o el médico ya tiene una cuenta. Ciérrela antes o use otros datos.",
    ),
    (
        "account-not-closable",
        409,
        "La cuenta no se puede cerrar",
        "El mensaje dice por qué: es la propia, es la última administradora o ya estaba cerrada.",
    ),
    (
        "no-serial",
        409,
        "Esta familia no tiene número de serie",
        "Pida a afiliación que lo asigne; se podrá entregar cuando el padrón se actualice.",
    ),
    (
        "still-running",
        409,
        "Su solicitud anterior aún se está procesando",
        "Espere unos segundos y vuelva a intentarlo con la misma clave.",
    ),
    (
        "slot-taken",
        409,
        "Esa hora acaba de ser ocupada",
        "Elija otra hora, otro médico u otra fecha.",
    ),
    (
        "slot-unavailable",
        409,
        "Esa hora no se puede agendar",
        "Ya pasó, está demasiado próxima o lejana, o la agenda de ese día se cerró. Elija otra.",
    ),
    (
        "web-quota-exhausted",
        409,
        "No existen citas disponibles por web para éste médico",
        (
            "El espacio asignado a internet está ocupado; el resto de la agenda se da en persona. "
            "Elija otro médico u otra fecha, o acuda a su unidad."
        ),
    ),
    (
        "agenda-withdrawn",
        409,
        "La agenda de ese día ya se retiró",
        "Consulte las agendas publicadas; a cada persona se le avisó de su cita.",
    ),
    (
        "quota-below-used",
        409,
        "El cupo no puede ser menor que los lugares ya ocupados",
        "El mensaje dice el cupo mínimo posible.",
    ),
    (
        "not-movable",
        409,
        "La cita ya no se puede mover",
        "Ya empezó, o ya se registró si la persona acudió.",
    ),
    (
        "agenda-full",
        409,
        "La agenda está llena",
        "Elija otro médico u otra fecha, o acuda a su unidad.",
    ),
    (
        "member-busy",
        409,
        "Esta persona ya tiene una cita a esa hora",
        "Elija otra hora o cancele la otra cita.",
    ),
    (
        "limit-reached",
        409,
        "Se alcanzó el límite de citas",
        "El mensaje dice cuál límite y cuándo termina.",
    ),
    (
        "not-covered",
        409,
        "La afiliación no está vigente para esa fecha",
        "Acuda a su unidad o a afiliación para revisar su vigencia.",
    ),
    (
        "not-home-unit",
        409,
        "Sólo se agenda en la unidad de adscripción",
        "Elija un médico de la unidad de adscripción de la persona.",
    ),
    (
        "referral-required",
        409,
        "Esta especialidad requiere una referencia",
        "La otorga el médico de medicina general o familiar en la consulta.",
    ),
    (
        "too-late-to-cancel",
        409,
        "Ya no se puede cancelar",
        "La cancelación se permite con un mínimo de anticipación; llame o acuda a su unidad.",
    ),
    ("already-cancelled", 409, "La cita ya estaba cancelada", "No hace falta nada más."),
    (
        "attendance-recorded",
        409,
        "Ya se registró si la persona asistió",
        "Deshaga primero ese registro, con su motivo, si fue un error.",
    ),
    (
        "attendance-too-early",
        409,
        "Aún no se puede registrar la asistencia",
        "La asistencia se registra desde el día de la cita; la inasistencia, desde su hora.",
    ),
    (
        "sanction-over",
        409,
        "La sanción ya no está vigente",
        "Ya se levantó o ya terminó; no hay nada que levantar.",
    ),
    (
        "already-voided",
        409,
        "La receta ya estaba anulada",
        "No hace falta nada más; si hace falta otra receta, expídala.",
    ),
    (
        "holder-only",
        409,
        "Las incapacidades son sólo del trabajador asegurado",
        "Elija a la persona titular de la familia.",
    ),
    (
        "sick-leave-state",
        409,
        "La incapacidad no está en el estado que esta operación requiere",
        "Vuelva a consultarla: alguien más la autorizó o la revocó.",
    ),
    (
        "own-sick-leave",
        409,
        "Quien expide una incapacidad no la autoriza",
        "Debe autorizarla otra persona con esa función.",
    ),
    (
        "withdrawal-not-allowed",
        409,
        "Los registros de esta persona no se pueden retirar de la vista familiar",
        "Sólo los retira una persona mayor de edad que no sea la titular de la cuenta.",
    ),
    (
        "not-sealed",
        409,
        "El documento aún no cuenta con sello digital",
        "Sólo se imprimen las incapacidades con sello digital. Vuelva más tarde.",
    ),
    (
        "mail-carried-secret",
        409,
        "Ese correo llevaba un dato secreto y no se envía otra vez",
        "Los enlaces y las contraseñas sirven una sola vez: pida que se envíe un enlace nuevo.",
    ),
    (
        "mail-not-resendable",
        409,
        "Ese correo no se puede enviar otra vez",
        "El mensaje dice por qué: está en camino, hay uno más nuevo o ya no tiene uso.",
    ),
    ("link-used", 410, "Este enlace ya se usó", "Pida uno nuevo si lo necesita."),
    ("link-expired", 410, "Este enlace venció", "Pida que se le envíe uno nuevo."),
    (
        "body-too-large",
        413,
        "La solicitud es demasiado grande",
        "El límite es de 64 KiB.",
    ),
    ("uri-too-long", 414, "La dirección es demasiado larga", "Revise la dirección."),
    (
        "unsupported-media-type",
        415,
        "Tipo de contenido no admitido",
        "Envíe application/json en UTF-8, sin compresión.",
    ),
    ("expectation-failed", 417, "Encabezado Expect no admitido", "Quite el encabezado."),
    ("misdirected-request", 421, "Esta dirección no es de este servicio", "Revise el dominio."),
    (
        "invalid-request",
        422,
        "Hay datos que corregir",
        "Cada dato por corregir viene señalado con su motivo.",
    ),
    (
        "roll-mismatch",
        422,
        "Los datos no coinciden con el padrón de afiliación vigente",
        (
            "Revise el número de afiliación y el número de serie de su credencial. Si su "
            "credencial no tiene serie, solicítela en persona en archivo o recepción de su unidad."
        ),
    ),
    (
        "weak-password",
        422,
        "La contraseña es demasiado fácil de adivinar",
        "Use al menos 8 caracteres y evite las contraseñas comunes.",
    ),
    (
        "idempotency-key-reused",
        422,
        "La clave de la solicitud ya se usó con otros datos",
        "La aplicación debe usar una clave nueva para cada solicitud distinta.",
    ),
    (
        "too-many-requests",
        429,
        "Demasiadas solicitudes",
        "Espere el tiempo indicado y vuelva a intentarlo.",
    ),
    (
        "headers-too-large",
        431,
        "Los encabezados son demasiado grandes",
        "Borre las cookies del sitio y vuelva a intentarlo.",
    ),
    (
        "internal-error",
        500,
        "Ocurrió un error de nuestra parte",
        "Vuelva a intentarlo. Si continúa, comuníquese e indique el identificador mostrado.",
    ),
    (
        "unavailable",
        503,
        "El servicio no está disponible por el momento",
        "Vuelva a intentarlo en unos segundos; nada de lo confirmado se pierde.",
    ),
)

PROBLEMS: dict[str, ProblemType] = {row[0]: ProblemType(*row) for row in _TABLE}
