"""Tokens that are not ours, not for us, or not any more: each is a 401 (RFC 8725)."""

from datetime import timedelta
from typing import Any

import jwt
from builders.forged_tokens import corpus, opened, signed
from builders.identity import World
from builders.roll import NUMBER
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from identity.parts import KEYRING, SIGNER
from identity.usecases.keep_signing_keys import keep_signing_keys, rotate_signing_key

_CLAIMS: list[tuple[str, dict[str, Any]]] = [
    ("expiry is text", {"exp": "4000000000"}),
    ("expiry is true", {"exp": True}),
    ("issued tomorrow", {"iat": 1e12}),
    ("no subject", {"sub": None}),
    ("no session", {"sid": None}),
    ("no id", {"jti": None}),
    ("unknown role", {"role": "root"}),
    ("subject is no id", {"sub": "../../etc"}),
    ("session of nobody", {"sid": "01a201a4-0000-7000-8000-000000000000"}),
]
_HEADERS: list[tuple[str, dict[str, Any]]] = [
    ("alg HS256", {"alg": "HS256"}),
    ("alg ES256", {"alg": "ES256"}),
    ("kid is a number", {"kid": 7}),
]


def _key(world: World) -> Ed25519PrivateKey:
    private = world.app[SIGNER]._private
    assert private is not None
    return private


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
    header, claims = opened(token)
    assert await _status(world, signed(_key(world), header, claims)) == 200

    for name, changes in _CLAIMS:
        assert await _status(world, signed(_key(world), header, claims | changes)) == 401, name
    for name, changes in _HEADERS:
        assert await _status(world, signed(_key(world), header | changes, claims)) == 401, name


async def test_none_of_twenty_five_forged_tokens_is_a_session(world: World) -> None:
    token = await _token(world)

    forged = corpus(_key(world), token, world.clock().timestamp())

    assert {name: await _status(world, one) for name, one in forged.items()} == dict.fromkeys(
        forged, 401
    )
    assert len(forged) == 25


async def test_a_token_that_was_tampered_with_is_no_session(world: World) -> None:
    token = await _token(world)
    header, payload, signature = token.split(".")
    tampered = [
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
