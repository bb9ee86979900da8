"""Who calls: the user's own signed token, verified by every service for itself (decision 4)."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import jwt
from jwt import PyJWK

from shared.contracts.identity import SessionRevoked
from shared.errors import Unauthenticated

ISSUER = "sisa-identity"
AUDIENCE = "sisa"
SERVICE_AUDIENCE = "identity"
ACCESS_TYPE = "at+jwt"
SERVICE_TYPE = "service+jwt"
LEEWAY_SECONDS = 5
CACHE_SIZE = 20_000

Role = Literal[
    "affiliate", "front_desk", "archive", "operator", "doctor", "authoriser", "administrator",
    "auditor",
]  # fmt: skip
STAFF: frozenset[Role] = frozenset(
    {"front_desk", "archive", "operator", "doctor", "authoriser", "administrator", "auditor"}
)
AFFILIATE: frozenset[Role] = frozenset({"affiliate"})
ANYONE: frozenset[Role] = STAFF | AFFILIATE


@dataclass(frozen=True, slots=True)
class Caller:
    """The claims of a verified access token."""

    account_id: UUID
    session_id: UUID
    role: Role
    family_id: UUID | None
    unit: str | None
    doctor_id: UUID | None
    issued_at: datetime
    expires_at: datetime
    must_change_password: bool = False
    """The session of a temporary password whose change is forced: good for little else (R-07)."""

    @property
    def family(self) -> UUID:
        """The affiliate's family; a token without one is not an affiliate's."""
        if self.family_id is None:
            raise Unauthenticated
        return self.family_id


class Revocations:
    """Sessions and accounts whose older tokens are dead; kept for a token's ten minutes."""

    def __init__(self) -> None:
        self._until: dict[UUID, datetime] = {}

    def add(self, revoked: SessionRevoked) -> None:
        for identifier in (revoked.session_id, revoked.account_id):
            if identifier is not None:
                before = max(
                    self._until.get(identifier, revoked.issued_before), revoked.issued_before
                )
                self._until[identifier] = before

    def forget(self, before: datetime) -> None:
        """Drops what no living token can be subject to."""
        self._until = {key: until for key, until in self._until.items() if until >= before}

    def covers(self, caller: Caller) -> bool:
        return any(
            caller.issued_at < self._until[identifier]
            for identifier in (caller.session_id, caller.account_id)
            if identifier in self._until
        )


def read_token(
    token: str, keys: dict[str, PyJWK], *, kind: str, audience: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token of ours, or Unauthenticated; UnknownKey when its key isn't known.

    Accepts EdDSA with exactly `alg`, `typ` and `kid` in the header (RFC 8725): no key named by
    the token itself, no other algorithm, no critical extension.
    """
    try:
        header = jwt.get_unverified_header(token)
        if set(header) != {"alg", "typ", "kid"} or header["typ"] != kind:
            raise Unauthenticated
        if header["kid"] not in keys:
            raise UnknownKey
        claims: dict[str, Any] = jwt.decode(
            token,
            keys[header["kid"]].key,
            algorithms=["EdDSA"],
            audience=audience,
            issuer=ISSUER,
            # The library would ask the wall clock; the instants are judged by `now`, below.
            options={
                "require": ["exp", "iat", "iss", "aud", "sub", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, TypeError, ValueError):
        raise Unauthenticated from None
    _assert_current(claims, now.timestamp())
    return claims


def _assert_current(claims: dict[str, Any], now: float) -> None:
    """Issued before now, not yet expired, give or take what clocks differ by (RFC 7519, 4.1)."""
    begins = [claims["iat"], *([claims["nbf"]] if "nbf" in claims else [])]
    # A bool is an int to Python, and NaN compares false with everything.
    if any(type(value) not in {int, float} for value in (*begins, claims["exp"])):
        raise Unauthenticated
    if not claims["exp"] + LEEWAY_SECONDS > now:
        raise Unauthenticated
    if not all(value - LEEWAY_SECONDS <= now for value in begins):
        raise Unauthenticated


class UnknownKey(Unauthenticated):
    """The token names a key that this process has not seen."""


class Verifier:
    """Turns bearer tokens into callers; the signature is checked once per token."""

    def __init__(self, fetch_keys: Callable[[], Awaitable[dict[str, PyJWK]]]) -> None:
        self._fetch_keys = fetch_keys
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._callers: OrderedDict[str, Caller] = OrderedDict()
        self.revocations = Revocations()

    @property
    def has_keys(self) -> bool:
        return bool(self._keys)

    async def load_keys(self, now: datetime) -> None:
        """Asks identity for the public keys; what is known stays when identity is away.

        A key that identity no longer gives was retired or leaked: its tokens die with it.
        """
        self._fetched_at = now
        keys = await self._fetch_keys()
        if not keys.keys() >= self._keys.keys():
            self._callers.clear()
        self._keys = keys

    async def verify(self, token: str, now: datetime) -> Caller:
        """The caller, or Unauthenticated: garbage, expired, revoked, or not for us."""
        caller = self._callers.get(token)
        if caller is None:
            caller = _caller(await self._claims(token, now))
            self._callers[token] = caller
            if len(self._callers) > CACHE_SIZE:
                self._callers.popitem(last=False)
        if (now - caller.expires_at).total_seconds() >= LEEWAY_SECONDS:
            self._callers.pop(token, None)
            raise Unauthenticated
        if self.revocations.covers(caller):
            raise Unauthenticated
        return caller

    async def _claims(self, token: str, now: datetime) -> dict[str, Any]:
        try:
            return read_token(token, self._keys, kind=ACCESS_TYPE, audience=AUDIENCE, now=now)
        except UnknownKey:
            # Asked at most once in ten seconds: a flood of made-up kids must not reach identity.
            if self._fetched_at and (now - self._fetched_at).total_seconds() < 10:  # noqa: PLR2004  # as said
                raise
            await self.load_keys(now)
            return read_token(token, self._keys, kind=ACCESS_TYPE, audience=AUDIENCE, now=now)


def _caller(claims: dict[str, Any]) -> Caller:
    try:
        role = claims["role"]
        if role not in ANYONE:
            raise Unauthenticated
        return Caller(
            account_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            role=role,
            family_id=UUID(claims["family_id"]) if claims.get("family_id") else None,
            unit=claims.get("unit"),
            doctor_id=UUID(claims["doctor_id"]) if claims.get("doctor_id") else None,
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            # Anything but an absent claim restricts.
            must_change_password="must_change_password" in claims,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unauthenticated from None
