"""The public API as one list: what is called, who answers, under which limit, how soon.

What is not listed does not exist for the outside, `/internal` above all.
"""

import re
from dataclasses import dataclass

from gateway.limits import ADDRESS, DOOR, SESSION, Limit

IDENTITY = "identity"
SCHEDULING = "scheduling"
CLINICAL_RECORDS = "clinical-records"
NOTIFICATIONS = "notifications"
GATEWAY = "gateway"
"""Answered here: a page of our own."""

ANSWER_SECONDS = 2.8
"""What a service has for its answer, so that the caller has one within three (decision 7)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One or more methods of a path; `seconds` is the time for the whole answer."""

    methods: tuple[str, ...]
    path: str
    service: str
    limit: Limit
    seconds: float = ANSWER_SECONDS

    @property
    def costly(self) -> bool:
        """Whether the service may have a password to hash for it."""
        return self.limit is DOOR


def patterned(path: str) -> str:
    """The path for the router.

    Ids, tokens and names are plain letters: nothing encoded, no dot
    and no slash ever reaches a service in their place.
    """
    return re.sub(r"\{(\w+)\}", r"{\1:[A-Za-z0-9_-]{1,128}}", path)


def _row(call: str, service: str, limit: Limit) -> Row:
    *methods, path = call.split()
    return Row(tuple(methods), path, service, limit)


ROWS: tuple[Row, ...] = (
    _row("POST   /v1/accounts", IDENTITY, DOOR),
    _row("POST   /v1/accounts/activation-resends", IDENTITY, DOOR),
    _row("GET    /v1/accounts/activations/{token}", IDENTITY, ADDRESS),
    _row("POST   /v1/accounts/activations", IDENTITY, DOOR),
    _row("POST   /v1/accounts/reactivations", IDENTITY, DOOR),
    _row("POST   /v1/accounts/email-confirmations", IDENTITY, DOOR),
    _row("POST   /v1/accounts/email-reversals", IDENTITY, DOOR),
    _row("POST   /v1/password-resets", IDENTITY, DOOR),
    _row("POST   /v1/password-resets/confirmations", IDENTITY, DOOR),
    _row("POST   /v1/sessions", IDENTITY, DOOR),
    _row("POST   /v1/sessions/refresh", IDENTITY, DOOR),
    _row("GET    /v1/sessions", IDENTITY, SESSION),
    _row("DELETE /v1/sessions", IDENTITY, SESSION),
    _row("DELETE /v1/sessions/current", IDENTITY, SESSION),
    _row("DELETE /v1/sessions/{session_id}", IDENTITY, SESSION),
    _row("GET PATCH /v1/me", IDENTITY, SESSION),
    _row("PUT    /v1/me/password", IDENTITY, SESSION),
    _row("GET PUT /v1/me/preferences", IDENTITY, SESSION),
    _row("GET    /v1/members", IDENTITY, SESSION),
    _row("POST   /v1/staff/accounts", IDENTITY, SESSION),
    _row("POST   /v1/staff/accounts/{account_id}/closure", IDENTITY, SESSION),
    _row("POST   /v1/staff/serial-handouts", IDENTITY, SESSION),
    _row("GET    /v1/staff/audit", IDENTITY, SESSION),
    _row("GET    /v1/institute", IDENTITY, ADDRESS),
    _row("GET    /v1/institute/documents/{name}", IDENTITY, ADDRESS),
    _row("GET    /.well-known/jwks.json", IDENTITY, ADDRESS),
    _row("GET    /v1/members/{member_id}/services", SCHEDULING, SESSION),
    _row("GET    /v1/members/{member_id}/doctors", SCHEDULING, SESSION),
    _row("GET    /v1/members/{member_id}/availability", SCHEDULING, SESSION),
    _row("GET    /v1/members/{member_id}/slots", SCHEDULING, SESSION),
    _row("GET    /v1/members/{member_id}/appointments", SCHEDULING, SESSION),
    _row("GET POST /v1/appointments", SCHEDULING, SESSION),
    _row("GET    /v1/appointments/{appointment_id}", SCHEDULING, SESSION),
    _row("GET    /v1/appointments/{appointment_id}/calendar.ics", SCHEDULING, SESSION),
    _row("POST   /v1/appointments/{appointment_id}/cancellation", SCHEDULING, SESSION),
    _row("GET    /v1/sanctions", SCHEDULING, SESSION),
    _row("POST   /v1/contact-messages", NOTIFICATIONS, DOOR),
    _row("GET    /v1/staff/mails", NOTIFICATIONS, SESSION),
    _row("GET    /v1/staff/mail-figures", NOTIFICATIONS, SESSION),
    _row("POST   /v1/staff/mails/{mail_id}/resending", NOTIFICATIONS, SESSION),
    _row("GET    /v1/staff/audit/notifications", NOTIFICATIONS, SESSION),
    _row("GET    /v1/staff/members", SCHEDULING, SESSION),
    _row("GET    /v1/staff/members/{member_id}/appointments", SCHEDULING, SESSION),
    _row("GET    /v1/staff/members/{member_id}/services", SCHEDULING, SESSION),
    _row("GET    /v1/staff/members/{member_id}/doctors", SCHEDULING, SESSION),
    _row("GET    /v1/staff/members/{member_id}/availability", SCHEDULING, SESSION),
    _row("GET    /v1/staff/members/{member_id}/slots", SCHEDULING, SESSION),
    _row("GET POST /v1/staff/appointments", SCHEDULING, SESSION),
    _row("POST   /v1/staff/appointments/{appointment_id}/cancellation", SCHEDULING, SESSION),
    _row("PUT DELETE /v1/staff/appointments/{appointment_id}/attendance", SCHEDULING, SESSION),
    _row("GET    /v1/staff/units/{code}/days/{day}", SCHEDULING, SESSION),
    _row("GET    /v1/staff/sanctions", SCHEDULING, SESSION),
    _row("POST   /v1/staff/sanctions/{sanction_id}/lifting", SCHEDULING, SESSION),
    _row("POST   /v1/staff/appointments/{appointment_id}/move", SCHEDULING, SESSION),
    _row("GET    /v1/staff/doctors", SCHEDULING, SESSION),
    _row("GET PUT /v1/staff/doctors/{doctor_id}/template", SCHEDULING, SESSION),
    _row("GET    /v1/staff/agendas", SCHEDULING, SESSION),
    _row("PATCH  /v1/staff/agendas/{agenda_id}", SCHEDULING, SESSION),
    _row("POST   /v1/staff/agendas/publications", SCHEDULING, SESSION),
    _row("POST   /v1/staff/agendas/withdrawals", SCHEDULING, SESSION),
    _row("GET POST /v1/staff/holidays", SCHEDULING, SESSION),
    _row("GET POST /v1/staff/absences", SCHEDULING, SESSION),
    _row("GET    /v1/staff/audit/scheduling", SCHEDULING, SESSION),
    _row("GET    /v1/members/{member_id}/prescriptions", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/prescriptions/{prescription_id}", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/sick-leaves", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/sick-leaves/{sick_leave_id}/document", CLINICAL_RECORDS, SESSION),
    _row("GET HEAD /v1/seals/{folio}", CLINICAL_RECORDS, ADDRESS),
    _row("GET    /v1/members/{member_id}/referrals", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/members/{member_id}/accesses", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/prescriptions", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/prescriptions/{prescription_id}/voiding", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/referrals", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/staff/members/{member_id}/record", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/staff/medications", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/staff/diagnoses", CLINICAL_RECORDS, SESSION),
    _row("GET POST /v1/staff/sick-leaves", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/sick-leaves/{sick_leave_id}/authorisation", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/sick-leaves/{sick_leave_id}/revocation", CLINICAL_RECORDS, SESSION),
    _row("POST   /v1/staff/members/{member_id}/record-withdrawal", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/staff/members/{member_id}/accesses", CLINICAL_RECORDS, SESSION),
    _row("GET    /v1/staff/audit/clinical-records", CLINICAL_RECORDS, SESSION),
)

# What the gateway itself answers people, on the public listener alone.
OWN: tuple[Row, ...] = (
    _row("GET HEAD /docs", GATEWAY, ADDRESS),
    _row("GET HEAD /openapi.json", GATEWAY, ADDRESS),
    _row("GET HEAD /problems", GATEWAY, ADDRESS),
    _row("GET HEAD /problems/{slug}", GATEWAY, ADDRESS),
    _row("GET HEAD /pages.css", GATEWAY, ADDRESS),
)

# Where there is no portal: one plain page for each link that mails carry.
PAGES: tuple[Row, ...] = (
    _row("GET HEAD /", GATEWAY, ADDRESS),
    _row("GET HEAD POST /activar", GATEWAY, DOOR),
    _row("GET HEAD POST /recuperar", GATEWAY, DOOR),
    _row("GET HEAD POST /correo", GATEWAY, DOOR),
    _row("GET HEAD POST /no-fui-yo", GATEWAY, DOOR),
    _row("GET HEAD /sellos/{folio}", GATEWAY, ADDRESS),
)
