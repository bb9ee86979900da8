"""Why a mail waits, failed or was suppressed, in words for staff (R-52)."""

from collections.abc import Mapping

from notifications.domain.mails import Reason

WHY: Mapping[str, str] = {
    Reason.NAME_AWAITED: "Espera el nombre de la persona, que llega por otro camino.",
    Reason.ADDRESS_AWAITED: "Espera la dirección de la cuenta, que llega por otro camino.",
    Reason.ACCOUNT_AWAITED: "Espera a que la familia tenga una cuenta activa.",
    Reason.IDENTITY_AWAY: "El servicio de cuentas no respondió; se intenta otra vez.",
    Reason.SERVER_AWAY: "El servidor de correo no estaba disponible; se intenta otra vez.",
    Reason.SERVER_BUSY: "El servidor de correo pidió esperar; se intenta otra vez.",
    Reason.MAILBOX_BUSY: "El buzón no lo aceptó por el momento; se intenta otra vez.",
    Reason.UNANSWERED: "El servidor no confirmó si lo recibió; puede llegar dos veces.",
    Reason.LEASE_EXPIRED: "Un proceso se detuvo al enviarlo; puede llegar dos veces.",
    Reason.NO_ACCOUNT: "La familia no tiene una cuenta activa a la cual escribir.",
    Reason.NO_ADDRESS: "La cuenta no tiene dirección de correo.",
    Reason.NO_NAME: "Nunca llegó el nombre de la persona.",
    Reason.ADDRESS_UNUSABLE: "La dirección de la cuenta no se puede usar.",
    Reason.UNKNOWN_TEMPLATE: "Esta versión del sistema no conoce este correo.",
    Reason.UNREADABLE: "Faltaron datos para escribir el correo.",
    Reason.EXPIRED: "El enlace o la contraseña venció antes de enviarse; envíe uno nuevo.",
    Reason.GAVE_UP: "No se logró entregar a tiempo.",
    Reason.MAILBOX_REFUSED: "El buzón no existe o rechaza el correo en definitiva.",
    Reason.SENDER_REFUSED: "El servidor de correo rechazó al remitente.",
    Reason.CONTENT_REFUSED: "El servidor de correo rechazó el contenido.",
    Reason.LATE: "Llegó su turno cuando ya no tenía uso.",
    Reason.SUPERSEDED: "Lo que decía cambió antes de enviarse; lo reemplaza uno más nuevo.",
    Reason.UNWANTED: "La cuenta desactivó los recordatorios.",
    Reason.FORGOTTEN: "El texto del mensaje ya se había borrado.",
}
