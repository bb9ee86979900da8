"""Tokens that are not ours, not for us, or not any more: each is a 401 (RFC 8725)."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
from builders.identity import World
from builders.roll import NUMBER
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from identity.parts import KEYRING, SIGNER
from identity.usecases.keep_signing_keys import keep_signing_keys, rotate_signing_key

Forge = Callable[[dict[str, Any], dict[str, Any], "World"], str]


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _signed(world: World, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Signed by identity's own key, whatever header and claims say."""
    private = world.app[SIGNER]._private
    assert private is not None
    message = f"{_part(header)}.{_part(claims)}"
    signature = base64.urlsafe_b64encode(private.sign(message.encode())).rstrip(b"=").decode()
    return f"{message}.{signature}"


_CLAIMS: list[tuple[str, dict[str, Any]]] = [
    ("another audience", {"aud": "identity"}),
    ("another issuer", {"iss": "other-identity"}),
    ("no expiry", {"exp": None}),
    ("expired", {"exp": 0}),
    ("expiry is text", {"exp": "4000000000"}),
    ("expiry is true", {"exp": True}),
    ("issued tomorrow", {"iat": 1e12}),
    ("not before tomorrow", {"nbf": 1e12}),
    ("no subject", {"sub": None}),
    ("no session", {"sid": None}),
    ("no id", {"jti": None}),
    ("unknown role", {"role": "root"}),
    ("subject is no id", {"sub": "../../etc"}),
    ("session of nobody", {"sid": "01a201a4-0000-7000-8000-000000000000"}),
]
_HEADERS: list[tuple[str, dict[str, Any]]] = [
    ("alg none", {"alg": "none"}),
    ("alg HS256", {"alg": "HS256"}),
    ("alg ES256", {"alg": "ES256"}),
    ("another typ", {"typ": "JWT"}),
    ("a service's typ", {"typ": "service+jwt"}),
    ("no kid", {"kid": None}),
    ("unknown kid", {"kid": "another"}),
    ("kid is a path", {"kid": "../../dev/null"}),
    ("kid is a number", {"kid": 7}),
    ("jwk inside", {"jwk": {"kty": "OKP"}}),
    ("jku", {"jku": "https://evil.example.org/jwks.json"}),
    ("x5u", {"x5u": "https://evil.example.org/cert"}),
    ("crit", {"crit": ["exp"]}),
]


def _changed(given: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (given | changes).items() if value is not None}


async def _token(world: World) -> str:
    password = await world.activated()
    return str((await world.log_in(NUMBER, password)).body["access_token"])


async def _status(world: World, token: str) -> int:
    answer = await world.call("GET", "/v1/me", bearer=token)
    if answer.status == 401:
        assert answer.slug == "session-required"
    return answer.status


async def test_a_token_signed_by_our_key_with_anything_else_in_it_is_no_session(
    world: World,
) -> None:
    token = await _token(world)
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert await _status(world, _signed(world, header, claims)) == 200

    for name, changes in _CLAIMS:
        assert await _status(world, _signed(world, header, _changed(claims, changes))) == 401, name
    for name, changes in _HEADERS:
        assert await _status(world, _signed(world, _changed(header, changes), claims)) == 401, name


async def test_a_token_that_another_key_signed_is_no_session(world: World) -> None:
    token = await _token(world)
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    extra = {"kid": header["kid"], "typ": "at+jwt"}
    stranger = Ed25519PrivateKey.generate()
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = world.app[SIGNER].keys[0]["x"].encode().ljust(32)

    forged = [
        jwt.encode(claims, stranger, algorithm="EdDSA", headers=extra),
        jwt.encode(claims, rsa_key, algorithm="RS256", headers=extra),
        jwt.encode(claims, public, algorithm="HS256", headers=extra),
        f"{_part({'alg': 'none'} | extra)}.{_part(claims)}.",
    ]

    assert {await _status(world, one) for one in forged} == {401}


async def test_a_token_that_was_tampered_with_is_no_session(world: World) -> None:
    token = await _token(world)
    header, payload, signature = token.split(".")
    tampered = [
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{header}.{payload}A.{signature}",
        f"{header}..{signature}",
        f"{token}.{signature}",
        "garbage",
        "a" * 7000,
        token[:-1],
    ]

    assert {await _status(world, one) for one in tampered} == {401}
    for scheme in ("Basic", "bearer:", ""):
        answer = await world.call(
            "GET", "/v1/me", headers={"Authorization": f"{scheme} {token}".strip()}
        )
        assert answer.status == 401


async def test_a_token_ends_after_ten_minutes(world: World) -> None:
    token = await _token(world)

    world.clock.forward(minutes=10, seconds=4)
    assert await _status(world, token) == 200
    world.clock.forward(seconds=1)
    assert await _status(world, token) == 401


async def test_after_a_rotation_tokens_of_both_keys_are_good_until_the_old_one_retires(
    world: World,
) -> None:
    signer, keyring = world.app[SIGNER], world.app[KEYRING]
    older = await _token(world)
    world.clock.forward(seconds=1)

    await rotate_signing_key(world.database, keyring, now=world.clock())
    await keep_signing_keys(world.database, keyring, signer, now=world.clock())

    (mailed,) = await world.deliveries("credentials")
    newer = (await world.log_in(NUMBER, mailed.data["temporary_password"])).body["access_token"]
    assert jwt.get_unverified_header(newer)["kid"] != jwt.get_unverified_header(older)["kid"]
    assert [await _status(world, one) for one in (older, newer)] == [200, 200]
    assert len((await world.call("GET", "/.well-known/jwks.json")).body["keys"]) == 2
    world.clock.forward(hours=1)
    await keep_signing_keys(world.database, keyring, signer, now=world.clock())
    assert len(signer.keys) == 1


async def test_a_key_of_ninety_days_is_replaced_once_by_whoever_comes_first(world: World) -> None:
    signer, keyring = world.app[SIGNER], world.app[KEYRING]
    world.clock.forward(days=90)

    for _ in range(3):
        await keep_signing_keys(world.database, keyring, signer, now=world.clock())

    assert await world.count("signing_keys") == 2
    assert signer.keys[0]["kid"].startswith(f"{world.clock() - timedelta(0):%Y%m%d}")
