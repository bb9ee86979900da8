"""Which service calls an internal operation: proved by a token of its own (decision 1)."""

import hashlib
import hmac

from identity.domain.errors import InvalidCredentials
from identity.parts import CLIENTS, SIGNER
from shared.auth import SERVICE_AUDIENCE, SERVICE_TYPE, read_token
from shared.errors import Forbidden, Unauthenticated
from shared.operations import Call

NOTIFICATIONS = "notifications"


def proved(clients: dict[str, str], service: str, secret: str) -> str:
    """The service's name; InvalidCredentials, in the same time, for a wrong secret or name."""
    held = clients.get(service)
    # Digests have one length, so that the comparison tells nothing of the secret's.
    expected = hashlib.sha256((held or "").encode()).digest()
    given = hashlib.sha256(secret.encode()).digest()
    if not hmac.compare_digest(given, expected) or held is None:
        raise InvalidCredentials
    return service


async def calling_service(call: Call, *allowed: str) -> str:
    """The service named by the token, or Unauthenticated; Forbidden unless it is one allowed."""
    scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    keys = call.app[SIGNER].by_kid
    claims = read_token(
        token.strip(), keys, kind=SERVICE_TYPE, audience=SERVICE_AUDIENCE, now=call.now
    )
    service = str(claims["sub"])
    if service not in call.app[CLIENTS]:
        raise Unauthenticated
    if allowed and service not in allowed:
        raise Forbidden
    return service
