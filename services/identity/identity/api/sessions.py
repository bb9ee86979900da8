"""Sessions over HTTP: begun, refreshed, listed, ended (R-08, R-13)."""

from typing import cast
from uuid import UUID

from identity.api.callers import device
from identity.api.models import LogIn, RefreshOnly, Session, Sessions, SessionTokens
from identity.api.policies import policies
from identity.domain.sessions import ACCESS_LIFE, Channel
from identity.parts import KEYRING, LIMITS, PASSWORDS, SIGNER
from identity.repository import sessions
from identity.usecases.end_sessions import end_all_sessions, end_session
from identity.usecases.find_account import read_username
from identity.usecases.log_in import Client, Tokens, log_in
from identity.usecases.refresh_session import refresh_session
from shared.auth import ANYONE
from shared.client_address import client_address
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("sesiones")


@routes.post("/v1/sessions", answer=SessionTokens, status=201, problems=("invalid-credentials",))
async def create_session(call: Call, *, body: LogIn) -> Answer:
    """Logs in with the holder's number or the e-mail, staff with theirs (R-08)."""
    tokens = await log_in(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        call.app[SIGNER],
        username=read_username(call.app[PROFILE], body.username),
        password=body.password,
        client=Client(
            client_address(call.request), cast("Channel", call.channel), device(call.request)
        ),
        limits=call.app[LIMITS],
        force_change=policies(call).force_password_change,
        now=call.now,
    )
    return _shown(tokens)


@routes.post("/v1/sessions/refresh", answer=SessionTokens, problems=("session-required",))
async def refresh(call: Call, *, body: RefreshOnly) -> Answer:
    """New tokens for the refresh token, which is done with (R-13)."""
    return _shown(
        await refresh_session(
            call.app[DATABASE],
            call.app[SIGNER],
            body.refresh_token,
            force_change=policies(call).force_password_change,
            now=call.now,
        )
    )


@routes.get("/v1/sessions", answer=Sessions, roles=ANYONE)
async def list_sessions(call: Call) -> Answer:
    """The account's open sessions, the newest first."""
    async with call.app[DATABASE].connection() as connection:
        rows = await sessions.open_of(connection, call.caller.account_id, call.now)
    return Sessions(
        items=[
            Session(
                id=row["session_id"],
                channel=row["channel"],
                device=row["device"],
                created_at=row["created_at"],
                last_used_at=row["last_used_at"],
                current=row["session_id"] == call.caller.session_id,
            )
            for row in rows
        ]
    )


@routes.delete("/v1/sessions", status=204, roles=ANYONE, temporary=True)
async def delete_sessions(call: Call) -> Answer:
    """Ends every session of the account, this one too."""
    await end_all_sessions(
        call.app[DATABASE], call.caller.account_id, reason="closed_by_owner", now=call.now
    )
    return None


@routes.delete("/v1/sessions/current", status=204, roles=ANYONE, temporary=True)
async def delete_current_session(call: Call) -> Answer:
    """Logs out."""
    await end_session(
        call.app[DATABASE],
        call.caller.account_id,
        call.caller.session_id,
        reason="logged_out",
        now=call.now,
    )
    return None


@routes.delete("/v1/sessions/{session_id}", status=204, roles=ANYONE, temporary=True)
async def delete_session(call: Call, *, session_id: UUID) -> Answer:
    """Ends one session of the account."""
    await end_session(
        call.app[DATABASE],
        call.caller.account_id,
        session_id,
        reason="closed_by_owner",
        now=call.now,
    )
    return None


def _shown(tokens: Tokens) -> SessionTokens:
    return SessionTokens(
        access_token=tokens.access_token,
        expires_in=int(ACCESS_LIFE.total_seconds()),
        refresh_token=tokens.refresh_token,
        password_state=tokens.password_state,
    )
