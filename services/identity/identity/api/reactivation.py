"""Reactivating an account with another address over HTTP, and undoing it (R-11)."""

from datetime import timedelta

from identity.api.forms import reactivation
from identity.api.models import Accepted, EmailConfirmed, EmailReversed, Reactivation, TokenOnly
from identity.api.pace import evenly
from identity.api.policies import between_links, policies
from identity.parts import KEYRING, LIMITS, PASSWORDS
from identity.usecases.confirm_email import Confirmed, Terms, confirm_email
from identity.usecases.reactivate import Spans, reactivate
from identity.usecases.reverse_email import reverse_email
from shared.client_address import client_address
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("cuentas")

_LINK = ("not-found", "link-used", "link-expired")


@routes.post("/v1/accounts/reactivations", answer=Accepted, status=202)
async def create_reactivation(call: Call, *, body: Reactivation) -> Answer:
    """Mails a link to the address given; the answer is always the same (R-11)."""
    profile, held = call.app[PROFILE], policies(call)
    wanted = reactivation(profile, body, client_address(call.request))
    async with evenly():
        await reactivate(
            call.app[DATABASE],
            call.app[KEYRING],
            wanted,
            Spans(
                least_interval=between_links(call),
                life=timedelta(hours=held.activation_hours),
            ),
            limits=call.app[LIMITS],
            day=local_day(call.now, profile.zone_info),
            now=call.now,
        )
    return Accepted()


@routes.post("/v1/accounts/email-confirmations", answer=EmailConfirmed, problems=_LINK)
async def create_email_confirmation(call: Call, *, body: TokenOnly) -> Answer:
    """The address changes: at once for the account's own session, else after a wait (R-11)."""
    held = policies(call)
    confirmed = await confirm_email(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        body.token,
        Terms(
            wait=timedelta(hours=held.reactivation_wait_hours),
            password_life=timedelta(days=held.temporary_password_days),
        ),
        logged_in=call.identity.account_id if call.identity is not None else None,
        now=call.now,
    )
    return _shown(confirmed)


@routes.post("/v1/accounts/email-reversals", answer=EmailReversed, problems=_LINK)
async def create_email_reversal(call: Call, *, body: TokenOnly) -> Answer:
    """The old address undoes the change; every session of the account ends (R-11)."""
    await reverse_email(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        body.token,
        recovery_life=timedelta(hours=policies(call).recovery_hours),
        now=call.now,
    )
    return EmailReversed()


def _shown(confirmed: Confirmed) -> EmailConfirmed:
    made = confirmed.credentials
    return EmailConfirmed(
        state=confirmed.state,
        effective_at=confirmed.effective_at,
        username=confirmed.username,
        temporary_password=made.temporary_password if made is not None else None,
        expires_at=made.expires_at if made is not None else None,
    )
