"""A refusal as a person reads it: the SQL rules say slug and figures, this says it in words."""

from datetime import date, datetime
from typing import Any

from shared.errors import DomainError, NotFound, Refused, StillRunning

_LIMITS = {
    "max_active": "Esta persona ya tiene {allowed} citas por atender, el máximo permitido. "
    "Podrá agendar otra después de su cita del {until}.",
    "max_per_day": "Esta persona ya tiene {allowed} citas ese día, el máximo permitido. "
    "Podrá agendar a partir del {until}.",
    "max_per_7_days": "Esta persona ya tiene {allowed} citas en 7 días, el máximo permitido. "
    "Podrá agendar a partir del {until}.",
    "max_per_30_days": "Esta persona ya tiene {allowed} citas en 30 días, el máximo permitido. "
    "Podrá agendar a partir del {until}.",
}
_SANCTIONS = {
    "late": "Se canceló una cita con menos anticipación que la permitida sin sanción.",
    "weekly": "Se cancelaron en una misma semana tantas citas como causan sanción.",
}
_UNAVAILABLE = {
    "closed": "La agenda de ese día se cerró. Elija otra fecha.",
    "past": "Esa hora ya pasó. Elija otra.",
    "lead": "Se agenda con al menos {minutes} minutos de anticipación. Elija una hora posterior.",
    "horizon": "Se agenda con hasta {days} días de anticipación. Elija una fecha más próxima.",
}
_CLOSED = {
    "web_quota_exhausted": "El espacio asignado a internet está ocupado; el resto de la agenda se "
    "da por otros medios. Elija otro médico u otra fecha, o acuda a su unidad: {unit}.",
    "full": "La agenda está llena. Elija otro médico u otra fecha, o acuda a su unidad: {unit}.",
}


def refusal(slug: str, members: dict[str, Any]) -> DomainError:
    """The error of a refusal; `members` go into the problem's body as they are."""
    if slug == "still-running":
        return StillRunning()
    if slug == "not-found":
        return NotFound()
    return Refused(slug, _detail(slug, members), **members)


def _detail(slug: str, members: dict[str, Any]) -> str | None:
    match slug:
        case "limit-reached":
            until = spoken_day(date.fromisoformat(members["until"]))
            return _LIMITS[members["limit"]].format(allowed=members["allowed"], until=until)
        case "slot-unavailable" if members.get("why") in _UNAVAILABLE:
            return _UNAVAILABLE[members["why"]].format(**members)
        case "sanctioned":
            until = spoken_instant(datetime.fromisoformat(members["until"]))
            return (
                f"No puede agendar por web ni aplicación hasta el {until}. "
                "Puede consultar y cancelar sus citas, y agendar en persona en su unidad."
            )
        case "not-covered" if members.get("holder"):
            return "La afiliación del titular no está vigente. Acuda a su unidad o a afiliación."
        case "not-covered" if members.get("covered_until"):
            until = spoken_day(date.fromisoformat(members["covered_until"]))
            return f"La afiliación está vigente hasta el {until}."
        case "attendance-too-early":
            since = spoken_instant(datetime.fromisoformat(members["from"]))
            return f"Se puede registrar desde el {since}."
    return None


def closed_day(state: str, unit: str) -> str | None:
    """Why the web has no place and what to do, in words (R-24); None of an open day."""
    return _CLOSED[state].format(unit=unit) if state in _CLOSED else None


def sanction_reason(rule: str) -> str:
    """Why an account is sanctioned, in words (R-28)."""
    return _SANCTIONS[rule]


def spoken_day(day: date) -> str:
    """`03/12/2026`: figures alone, the same in every locale of the institutes."""
    return day.strftime("%d/%m/%Y")


def spoken_instant(instant: datetime) -> str:
    """`03/12/2026 a las 09:30`, in the instant's own offset."""
    return instant.strftime("%d/%m/%Y a las %H:%M")
