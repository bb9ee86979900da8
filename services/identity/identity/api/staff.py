"""Staff's operations over HTTP: accounts, serials handed out, the audit (R-12, R-14)."""

from datetime import timedelta
from uuid import UUID

from identity.api.staff_forms import handout, new_staff
from identity.api.staff_models import (
    ClosedAccount,
    Closure,
    HandedOut,
    SerialHandOut,
    StaffAccount,
    StaffAccountRequest,
)
from identity.parts import KEYRING
from identity.usecases import close_staff_account as closing
from identity.usecases import create_staff_account as creating
from identity.usecases import hand_out_serial as handing_out
from shared.audit import Actor
from shared.audit_reading import add_audit_reading
from shared.auth import Role
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

ADMINISTRATOR: frozenset[Role] = frozenset({"administrator"})
AT_THE_DESK: frozenset[Role] = frozenset({"front_desk", "archive"})

routes = Routes("personal")


@routes.post(
    "/v1/staff/accounts",
    answer=StaffAccount,
    status=201,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("account-exists",),
    audited=creating.OPERATION,
)
async def create_staff_account(call: Call, *, body: StaffAccountRequest) -> Answer:
    """Makes a staff account and mails its activation link (R-14)."""
    profile = call.app[PROFILE]
    policies = profile.policies_at(local_day(call.now, profile.zone_info))
    return await creating.create_staff_account(
        call.app[DATABASE],
        call.app[KEYRING],
        call.idempotency_key,
        Actor.of(call.caller),
        new_staff(profile, body),
        locale=profile.locale,
        activation_life=timedelta(hours=policies.activation_hours),
        now=call.now,
    )


@routes.post(
    "/v1/staff/accounts/{account_id}/closure",
    answer=ClosedAccount,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("not-found", "account-not-closable"),
    audited=closing.OPERATION,
)
async def create_closure(call: Call, *, account_id: UUID, body: Closure) -> Answer:
    """Closes a staff account and ends its sessions (R-14)."""
    return await closing.close_staff_account(
        call.app[DATABASE],
        call.idempotency_key,
        Actor.of(call.caller),
        account_id,
        reason=body.reason.strip(),
        now=call.now,
    )


@routes.post(
    "/v1/staff/serial-handouts",
    answer=HandedOut,
    status=201,
    roles=AT_THE_DESK,
    idempotent=True,
    problems=("not-found", "no-serial", "too-many-requests"),
    audited=handing_out.OPERATION,
)
async def create_serial_handout(call: Call, *, body: SerialHandOut) -> Answer:
    """Records an identity check and mails the family's serial to the address given (R-12)."""
    return await handing_out.hand_out_serial(
        call.app[DATABASE],
        call.app[KEYRING],
        call.idempotency_key,
        Actor.of(call.caller),
        handout(body),
        now=call.now,
    )


add_audit_reading(routes, "/v1/staff/audit")
