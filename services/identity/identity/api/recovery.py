"""Recovering a forgotten password over HTTP (R-09)."""

from datetime import timedelta

from identity.api import shown
from identity.api.models import Accepted, Credentials, TokenOnly, UsernameOnly
from identity.api.pace import evenly
from identity.api.policies import between_links, policies
from identity.parts import KEYRING, LIMITS, PASSWORDS
from identity.usecases.find_account import read_username
from identity.usecases.recover_password import recover_password
from identity.usecases.request_recovery import request_recovery
from shared.client_address import client_address
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("cuentas")


@routes.post("/v1/password-resets", answer=Accepted, status=202)
async def create_password_reset(call: Call, *, body: UsernameOnly) -> Answer:
    """Mails a link that recovers the password; the answer is always the same (R-09)."""
    async with evenly():
        await request_recovery(
            call.app[DATABASE],
            call.app[KEYRING],
            read_username(call.app[PROFILE], body.username),
            address=client_address(call.request),
            limits=call.app[LIMITS],
            least_interval=between_links(call),
            life=timedelta(hours=policies(call).recovery_hours),
            now=call.now,
        )
    return Accepted()


@routes.post(
    "/v1/password-resets/confirmations",
    answer=Credentials,
    problems=("not-found", "link-used", "link-expired"),
)
async def confirm_password_reset(call: Call, *, body: TokenOnly) -> Answer:
    """Shows a new generated password, once; every session of the account ends (R-09)."""
    made = await recover_password(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        body.token,
        password_life=timedelta(days=policies(call).temporary_password_days),
        now=call.now,
    )
    return shown.credentials(made)
