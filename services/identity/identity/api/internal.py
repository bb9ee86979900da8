"""What other services ask of identity; never in the gateway's table (decision 1)."""

from uuid import UUID

from identity.api.models import (
    Delivery,
    KeySet,
    Revocation,
    Revocations,
    ServiceCredential,
    ServiceToken,
    Since,
)
from identity.api.services import NOTIFICATIONS, calling_service, proved
from identity.parts import CLIENTS, KEYRING, SIGNER
from identity.queries.deliveries import open_delivery
from identity.repository import revocations
from identity.signing import SERVICE_LIFE
from identity.usecases.forget_delivery import forget_delivery
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE

routes = Routes("interno")


@routes.post("/internal/tokens", answer=ServiceToken, internal=True)
async def create_service_token(call: Call, *, body: ServiceCredential) -> Answer:
    """A token of five minutes for a service that knows its secret."""
    service = proved(call.app[CLIENTS], body.service, body.secret)
    return ServiceToken(
        access_token=call.app[SIGNER].service_token(service, call.now),
        expires_in=int(SERVICE_LIFE.total_seconds()),
    )


@routes.get("/internal/keys", answer=KeySet, internal=True)
async def read_internal_keys(call: Call) -> Answer:
    """The public keys of access tokens."""
    await calling_service(call)
    return KeySet(keys=call.app[SIGNER].keys)


@routes.get("/internal/revocations", answer=Revocations, internal=True)
async def list_revocations(call: Call, *, query: Since) -> Answer:
    """What was revoked since an instant."""
    await calling_service(call)
    async with call.app[DATABASE].connection() as connection:
        found = await revocations.since(connection, query.since)
    return Revocations(
        items=[
            Revocation(
                revocation_id=one.revocation_id,
                session_id=one.session_id,
                account_id=one.account_id,
                issued_before=one.issued_before,
            )
            for one in found
        ]
    )


@routes.get("/internal/deliveries/{delivery_id}", answer=Delivery, internal=True)
async def read_delivery(call: Call, *, delivery_id: UUID) -> Answer:
    """A secret to be mailed, as often as asked until it is deleted or expires."""
    await calling_service(call, NOTIFICATIONS)
    found = await open_delivery(call.app[DATABASE], call.app[KEYRING], delivery_id, now=call.now)
    return Delivery(
        delivery_id=found.delivery_id,
        template=found.template,
        to=found.to,
        name=found.name,
        data=found.data,
    )


@routes.delete("/internal/deliveries/{delivery_id}", status=204, internal=True)
async def delete_delivery(call: Call, *, delivery_id: UUID) -> Answer:
    """The mail was accepted: the secret is erased."""
    await calling_service(call, NOTIFICATIONS)
    await forget_delivery(call.app[DATABASE], delivery_id)
    return None
