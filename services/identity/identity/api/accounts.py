"""Registering and activating over HTTP (R-02 to R-07)."""

from datetime import timedelta

from identity.api import shown
from identity.api.forms import registration
from identity.api.models import (
    Accepted,
    Activation,
    Credentials,
    Registration,
    TokenOnly,
    UsernameOnly,
)
from identity.api.pace import evenly
from identity.api.policies import between_links, policies
from identity.domain.links import state_of
from identity.parts import KEYRING, LIMITS, PASSWORDS
from identity.usecases.activate import activate
from identity.usecases.find_account import read_username
from identity.usecases.mailed_links import find_link
from identity.usecases.register import register
from identity.usecases.resend_activation import resend_activation
from identity.usecases.send_link import ACTIVATION
from shared.client_address import client_address
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("cuentas")


@routes.post(
    "/v1/accounts", answer=Accepted, status=202, problems=("roll-mismatch", "already-registered")
)
async def create_account(call: Call, *, body: Registration) -> Answer:
    """Registers the family's one account and mails its activation link (R-02 to R-05)."""
    profile = call.app[PROFILE]
    wanted = registration(profile, body, client_address(call.request))
    async with evenly():
        await register(
            call.app[DATABASE],
            call.app[KEYRING],
            wanted,
            limits=call.app[LIMITS],
            activation_life=timedelta(hours=policies(call).activation_hours),
            day=local_day(call.now, profile.zone_info),
            now=call.now,
        )
    return Accepted()


@routes.post("/v1/accounts/activation-resends", answer=Accepted, status=202)
async def create_activation_resend(call: Call, *, body: UsernameOnly) -> Answer:
    """Mails the activation link again; the answer is always the same (R-06)."""
    async with evenly():
        await resend_activation(
            call.app[DATABASE],
            call.app[KEYRING],
            read_username(call.app[PROFILE], body.username),
            address=client_address(call.request),
            limits=call.app[LIMITS],
            least_interval=between_links(call),
            life=timedelta(hours=policies(call).activation_hours),
            now=call.now,
        )
    return Accepted()


@routes.get("/v1/accounts/activations/{token}", answer=Activation)
async def read_activation(call: Call, *, token: str) -> Answer:
    """What following the link would meet; consumes nothing (R-05)."""
    link = await find_link(call.app[DATABASE], token, ACTIVATION.purpose)
    return Activation(state=state_of(link, call.now))


@routes.post(
    "/v1/accounts/activations",
    answer=Credentials,
    problems=("not-found", "link-used", "link-expired"),
)
async def create_activation(call: Call, *, body: TokenOnly) -> Answer:
    """Activates the account and shows its generated password, once (R-07)."""
    made = await activate(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        body.token,
        password_life=timedelta(days=policies(call).temporary_password_days),
        now=call.now,
    )
    return shown.credentials(made)
